// Small comforts for every page. Each one has a way without this file; nothing here decides anything.
const root = document.documentElement;
root.classList.add("has-js");
const $$ = (selector, within = document) => within.querySelectorAll(selector);
const cookie = (name) => document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`))?.[1];

// --- text size and dark: [data-display="mode|theme"] buttons inside a form, or links on cached pages -----------
const displays = { mode: ["display_mode", "elder", "normal"], theme: ["display_theme", "dark", "light"] };
const dark = () => root.dataset.theme === "dark" || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
const isOn = (kind) => (kind === "theme" ? dark() : root.dataset.mode === "elder");
const paint = () => $$("[data-display]").forEach((b) => {
  if (b.tagName === "BUTTON") b.setAttribute("aria-pressed", isOn(b.dataset.display));
  const field = b.form?.elements[b.dataset.display];
  if (field) field.value = displays[b.dataset.display][isOn(b.dataset.display) ? 2 : 1];
});
for (const [kind, [name, on, off]] of Object.entries(displays)) { // a page from the cache does not know this reader
  const value = cookie(name);
  if ([on, off].includes(value) && !("displayFixed" in root.dataset)) root.dataset[kind] = value;
}
paint();
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-display]");
  if (!button) return;
  event.preventDefault();
  const kind = button.dataset.display, [name, on, off] = displays[kind];
  root.dataset[kind] = isOn(kind) ? off : on;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${name}=${root.dataset[kind]}; path=/; max-age=31536000; samesite=lax${secure}`;
  paint();
});

// --- the other language of a page whose language hangs on its address: the choice holds everywhere ---------------
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("a[data-language]")?.dataset.language;
  const secure = location.protocol === "https:" ? "; secure" : "";
  if (chosen) document.cookie = `django_language=${chosen}; path=/; max-age=31536000; samesite=lax${secure}`;
});

// --- the error summary takes the focus -------------------------------------------------------------------------
document.querySelector(".errors[tabindex]:not([hidden])")?.focus();
for (const here of $$(".side-nav [aria-current], .tabs [aria-current]")) here.scrollIntoView({ block: "nearest", inline: "center" }); // on a phone the row is longer than the screen

// --- a menu that is longer than the screen says so: an arrow at its end while there is more to slide to ----------
for (const list of $$(".bar nav ul")) {
  const here = list.querySelector("[aria-current]"), look = () => list.parentElement.toggleAttribute("data-more", list.scrollLeft + list.clientWidth < list.scrollWidth - 4);
  if (here && list.scrollWidth > list.clientWidth) list.scrollLeft = here.offsetLeft - list.clientWidth / 2;
  list.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(list);
}

// --- one press, one submission: a slow network invites a second tap --------------------------------------------
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("data-again")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => {
  delete form.dataset.sent;
  $$("[aria-busy]", form).forEach((b) => b.removeAttribute("aria-busy"));
}));

// --- long work: [data-progress-url] answers {state, done, total, message, url} ----------------------------------
async function follow(job) {
  const bar = job.querySelector("progress"), say = job.querySelector("[data-progress-text]");
  for (let wait = 1500; ; ) {
    try {
      const answer = await fetch(job.dataset.progressUrl, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      const { state, done, total, message, url } = await answer.json();
      job.dataset.state = state;
      if (total) { bar.max = total; bar.value = done; }
      const text = message || (total ? `${done} / ${total}` : "");
      if (text && say.textContent !== text) say.textContent = text;
      wait = 1500;
      if (state === "done") {
        bar.max = bar.max || 1; bar.value = bar.max;
        if (url && job.hasAttribute("data-progress-go")) location.assign(url);
        const link = job.querySelector("[data-progress-link]");
        if (link && url) { link.href = url; link.hidden = false; }
        return;
      }
      if (state === "dead") return job.querySelector("[data-progress-failed]")?.removeAttribute("hidden");
    } catch { wait = Math.min(wait * 2, 15000); } // the bar stays where it was
    await new Promise((go) => setTimeout(go, wait));
  }
}
const followAll = (within) => $$("[data-progress-url]:not([data-followed])", within).forEach((job) => { job.dataset.followed = "1"; follow(job); });
followAll(document);

// --- clocks that run down: <time data-due datetime> with [data-left] and [data-over-text] ------------------------
const skew = new WeakMap(); // the server's clock decides; data-now is its time when the page was made
function tick() {
  for (const clock of $$("[data-due]")) {
    const due = Date.parse(clock.dataset.due), out = clock.querySelector("[data-left]");
    if (Number.isNaN(due) || !out) continue;
    if (!skew.has(clock)) skew.set(clock, clock.dataset.now ? Date.parse(clock.dataset.now) - Date.now() : 0);
    const left = Math.floor((due - Date.now() - skew.get(clock)) / 1000);
    clock.toggleAttribute("data-over", left <= 0);
    clock.toggleAttribute("data-urgent", left > 0 && left < 3600);
    if (left <= 0) { out.textContent = clock.dataset.overText || ""; continue; }
    const unit = (n, u) => new Intl.NumberFormat(root.lang, { style: "unit", unit: u, unitDisplay: "long" }).format(n);
    const d = Math.floor(left / 86400), h = Math.floor(left / 3600) % 24, m = Math.floor(left / 60) % 60, s = left % 60;
    const parts = d ? [unit(d, "day"), unit(h, "hour")] : h ? [unit(h, "hour"), unit(m, "minute")] : m > 9 ? [unit(m, "minute")] : [unit(m, "minute"), unit(s, "second")];
    const time = parts.join(root.lang.startsWith("zh") ? "" : " "), text = (clock.dataset.leftText ?? "{time}").replace("{time}", time);
    if (out.textContent !== text) out.textContent = text;
  }
}
if (document.querySelector("[data-due]")) { tick(); setInterval(tick, 1000); }

// --- choose many: [data-bulk] form, [data-bulk-item] boxes, [data-bulk-all], [data-bulk-count] -------------------
// A button with [data-bulk-needs] rests while a chosen box does not name its need in [data-bulk-can].
function recount(form) {
  const boxes = [...$$("[data-bulk-item]", form)], picked = boxes.filter((b) => b.checked), chosen = picked.length;
  let mixed = false;
  $$("[data-bulk-needs]", form).forEach((button) => {
    const able = picked.filter((b) => b.dataset.bulkCan.split(" ").includes(button.dataset.bulkNeeds)).length;
    button.disabled = chosen > 0 && able < chosen;
    mixed ||= able > 0 && able < chosen;
  });
  $$("[data-bulk-mixed]", form).forEach((n) => { n.hidden = !mixed; });
  $$("[data-bulk-count]", form).forEach((n) => { n.textContent = chosen; });
  $$(".bulk", form).forEach((bar) => bar.toggleAttribute("data-empty", !chosen));
  $$("[data-bulk-all]", form).forEach((all) => { all.checked = chosen > 0 && chosen === boxes.length; all.indeterminate = chosen > 0 && chosen < boxes.length; });
}
document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-bulk]");
  if (!form) return;
  if (event.target.matches("[data-bulk-all]")) $$("[data-bulk-item]", form).forEach((b) => { b.checked = event.target.checked; });
  recount(form);
});
$$("[data-bulk]").forEach(recount);

// --- a masked value: [data-reveal] form; its answer is plain text, logged by the server, shown for half a minute --
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-reveal]");
  if (!form) return;
  event.preventDefault();
  const out = form.querySelector("output"), masked = out.textContent, button = form.querySelector("button");
  delete form.dataset.sent;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "text/plain", "X-Requested-With": "fetch" } });
    if (!answer.ok) throw new Error(answer.status);
    out.textContent = await answer.text();
    button.hidden = true;
    setTimeout(() => { out.textContent = masked; button.hidden = false; }, 30000);
  } catch { form.submit(); }
  finally { button.removeAttribute("aria-busy"); }
});

// --- copy, print, dialogs ---------------------------------------------------------------------------------------
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-print], [data-open], [data-close]");
  if (!button) return;
  if ("print" in button.dataset) print();
  if (button.dataset.open) { event.preventDefault(); document.getElementById(button.dataset.open)?.showModal(); }
  if ("close" in button.dataset) button.closest("dialog")?.close();
  if ("copy" in button.dataset) {
    await navigator.clipboard?.writeText(button.dataset.copy);
    if (button.dataset.copied) button.textContent = button.dataset.copied;
  }
});

// --- the search box [data-suggest]: htmx comes when somebody enters it; arrows walk through what it brings ----------
document.addEventListener("focusin", (event) => {
  const box = event.target.closest("[data-suggest]");
  if (!box || window.htmx || box.dataset.asked) return;
  $$("[data-suggest]").forEach((one) => { one.dataset.asked = "1"; });
  const meta = document.createElement("meta"), script = document.createElement("script");
  meta.name = "htmx-config";
  meta.content = JSON.stringify({ includeIndicatorStyles: false, allowEval: false, selfRequestsOnly: true });
  script.src = box.dataset.suggest;
  script.onload = () => { // what was typed before it came is no change to it: asked for by a name of its own
    window.htmx.process(document.body);
    if (box.value) window.htmx.trigger(box, "typed-before");
  };
  document.head.append(meta, script);
});
document.addEventListener("keydown", (event) => {
  const here = event.target.closest(".seek-box");
  if (!here || event.isComposing) return;
  const box = here.querySelector("input"), stops = [box, ...$$(".seek-list a", here)], n = stops.indexOf(event.target);
  if (event.key === "Escape") { here.querySelector(".seek-list").replaceChildren(); box.focus(); }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || n < 0 || stops.length < 2) return;
  event.preventDefault();
  stops[(n + step + stops.length) % stops.length].focus();
});

// --- after htmx has changed a part of the page --------------------------------------------------------------------
document.addEventListener("htmx:afterSettle", (event) => {
  followAll(event.target);
  const form = event.target.closest?.("[data-bulk]");
  if (form) recount(form);
  event.target.querySelector?.(".errors[tabindex]:not([hidden])")?.focus();
});
