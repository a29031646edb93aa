// The worker of /judge/: it keeps the shell (one page and its files), nothing else. Marks and sheets never pass through
// its cache; the page keeps them. offline.py puts SHELL before this text: {version, page, files, home}.
const NAME = `judge-${SHELL.version}`, TODAY = `${SHELL.page}?today`, PATIENCE = 8000;
const HASHED = /\.[0-9a-f]{12}\.\w+$/; // such a file never changes
const OURS = new RegExp(`^${SHELL.home}(unsent/|sheets/[0-9a-f-]{36}/)?$`);

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(NAME);
  await cache.addAll([SHELL.page, ...SHELL.files].map((file) => new Request(file, { cache: "reload" })));
  await self.skipWaiting();
})()));
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith("judge-") && name !== NAME);
  await Promise.all(old.slice(0, -1).map((name) => caches.delete(name))); // a page still open may want a file of the last one
  await self.clients.claim();
})()));
self.addEventListener("message", (event) => { if (event.data === "shell") event.waitUntil(keepToday().catch(() => {})); });
self.addEventListener("fetch", (event) => {
  const { request } = event, address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(request.method === "GET" && OURS.test(address.pathname) ? page(request) : other(request));
  else if (request.method !== "GET") return;
  else if (SHELL.files.includes(address.pathname) || (HASHED.test(address.pathname) && address.pathname.includes("/site/"))) event.respondWith(file(request));
});
async function page(request) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (![502, 503, 504].includes(answer.status)) return answer;
  } catch { /* no network, or none that answers */ }
  return shell();
}
/** What only the server can do (sign, the benches): never hurried, and without network the shell says so. */
async function other(request) {
  try { return await fetch(request); } catch { return shell(); }
}
/** The shell in the language of today, beside the one of the installation. A page cannot do this: one that is left
 * while it writes into the cache leaves an empty answer there. */
async function keepToday() {
  const answer = await fetch(SHELL.page, { cache: "no-store" });
  if (answer.ok) await (await caches.open(NAME)).put(TODAY, answer);
}
/** The newest shell that is whole. */
async function shell() {
  const cache = await caches.open(NAME);
  for (const name of [TODAY, SHELL.page]) {
    const kept = await cache.match(name), text = await kept?.text().catch(() => "");
    if (text?.includes("</html>")) return new Response(text, { headers: kept.headers });
  }
  return Response.error();
}
async function file(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept && HASHED.test(new URL(request.url).pathname)) return kept;
  try { return await fetch(request); } catch { return kept ?? Response.error(); }
}
