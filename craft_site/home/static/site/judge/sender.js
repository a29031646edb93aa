// Sending: in order, a batch at a time, one tab at a time. Only an answer that names the mark takes it off the queue:
// navigator.onLine and a 200 of a wifi's sign-in page mean nothing.
import { face } from "./dom.js";
import * as outbox from "./outbox.js";
import * as store from "./store.js";

const BATCH = 40, PATIENCE = 15_000, LONGEST_PAUSE = 30_000;
const JSON_HEADERS = { "Content-Type": "application/json", Accept: "application/json" };
let judge = "", token = "", met = false, pause = 0, timer = 0, wanted = false, running = null;

/** online, sending, offline, signedOut, otherJudge, stuck; message: what the server said; revoked: this device is. */
export const net = { state: "online", message: "", revoked: false };
const watchers = new Set();
export const watch = (watcher) => watchers.add(watcher);
export function report(state, message = "") {
  Object.assign(net, { state, message });
  watchers.forEach((watcher) => watcher(net));
}

/** Whether this device is revoked, as the server last said; the device keeps it for when there is no network. */
export async function recall() { net.revoked = Boolean(await store.get("about", "revoked").catch(() => false)); }
async function setRevoked(revoked) {
  if (net.revoked === revoked) return;
  net.revoked = revoked;
  await store.put("about", revoked, "revoked").catch(() => {});
}

/** Asks the server something in JSON; a page in place of it (a sign-in form, a wifi's door) counts as no answer. */
export async function ask(address, how = {}) {
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...how, headers: { ...JSON_HEADERS, ...how.headers } });
  const json = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (answer.ok && !json) throw new Error("not an answer of ours");
  return { status: answer.status, etag: answer.headers.get("ETag"), body: json && answer.status !== 304 ? await answer.json() : {} };
}

/** Who is signed in now, and whether the device may mark: true when it is the judge of this page. A new sign-in has a
 * new token. */
async function hello() {
  const { status, body } = await ask(`${face.hello}?device=${await outbox.device()}`);
  if (status === 401 || status === 403) return report("signedOut"), false;
  if (status !== 200) throw new Error(status);
  if (body.judge !== judge) return report("otherJudge"), false;
  token = body.csrf; met = true;
  await setRevoked(Boolean(body.device_revoked));
  return true;
}

/** Starts to send for a judge, now and whenever there may be a network again. */
export function start(who, formToken = "") {
  judge = who; token = formToken;
  const wake = () => { met = false; now(); }; // a tablet taken up again may have been revoked meanwhile
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  now();
}
export function now() { pause = 0; return send(); }

/** Sends what waits; the promise is kept when nothing is under way any more, sent or not. */
export function send() {
  wanted = true;
  running ??= run().finally(() => { running = null; });
  return running;
}
/** One thing at a time with the server, in all tabs: what is only kept for later never gets in the way of marks. */
export const alone = (act) => (navigator.locks ? navigator.locks.request("judge-sender", act) : act());
async function run() {
  clearTimeout(timer);
  do {
    try { await alone(drain); }
    catch { report("offline"); retry(); }
  } while (wanted && net.state === "online");
}
/** Sends, and waits for it no longer than so many milliseconds. */
export const sendFirst = (patience) => Promise.race([now(), new Promise((done) => { setTimeout(done, patience); })]);
async function drain() {
  if (["signedOut", "otherJudge", "stuck"].includes(net.state)) token = ""; // ask again who is there
  for (let size = BATCH; ;) {
    wanted = false;
    const batch = (await outbox.ready(judge)).slice(0, size);
    if (!batch.length) return (met && ["online", "sending"].includes(net.state)) || (await hello()) ? report("online") : retry();
    if (!token && !(await hello())) return retry();
    report("sending");
    const { status, body } = await post(batch);
    if (status === 200 && Array.isArray(body.results)) {
      pause = 0;
      if (body.results.some((result) => result.status === "quarantined")) await setRevoked(true);
      if (!(await outbox.settle(batch, body.results))) throw new Error("no mark of ours in the answer");
      outbox.tell({ sheets: body.sheets });
    } else if (status === 400 || status === 413) size = await halve(batch, status, body);
    else if (status === 401) return report("signedOut"), retry();
    else if (status === 409) return report("otherJudge", body.message), retry();
    else if (status === 403) return report("stuck", body.message), retry();
    else throw new Error(status); // 429, 5xx, 507: later
  }
}
async function post(batch) {
  const marks = batch.map(({ client_id: id, sheet, mark }) => ({ ...mark, sheet, client_id: id }));
  const body = JSON.stringify({ judge, device: await outbox.device(), marks });
  const once = () => ask(face.marks, { method: "POST", headers: { "X-CSRFToken": token }, body });
  const answer = await once();
  return answer.status === 403 && (await hello()) ? once() : answer;
}
/** The server cannot read this batch: smaller ones find the mark that it cannot read, which becomes a card. */
async function halve(batch, status, body) {
  if (batch.length > 1) return Math.floor(batch.length / 2);
  await outbox.settle(batch, [{ client_id: batch[0].client_id, status: "refused", code: `http_${status}`, message: body.message ?? "" }]);
  return BATCH;
}
function retry() {
  pause = Math.min(pause ? pause * 2 : 2000, LONGEST_PAUSE);
  clearTimeout(timer);
  timer = setTimeout(send, pause * (0.75 + Math.random() / 2)); // not all tablets of a hall in the same second
}
