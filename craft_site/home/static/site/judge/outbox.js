// The judge's outbox: marks on their way. A mark leaves it only when the server has answered for it, or into the list
// of what was set aside. It holds codes and readings, never a person's name.
import { received } from "./cells.js";
import * as store from "./store.js";

export const SCHEMA = 2;
const ANSWERED_FOR = ["saved", "repeated", "quarantined"];
const HOUR = 3_600_000;
const heard = new Set(), channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("judge-outbox") : null;
channel?.addEventListener("message", (event) => heard.forEach((listener) => listener(event.data)));

/** listener({answers}) after each change of the queue, in this tab or another; answers: what the server just said. */
export const listen = (listener) => heard.add(listener);
export function tell(news = {}) {
  channel?.postMessage(news);
  heard.forEach((listener) => listener(news));
}

let last = 0;
export function uuid7() {
  last = Math.max(Date.now(), last + 1);
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let at = 0, rest = last; at < 6; at += 1, rest = Math.floor(rest / 256)) bytes[5 - at] = rest % 256;
  bytes[6] = 0x70 | (bytes[6] & 15);
  bytes[8] = 0x80 | (bytes[8] & 63);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// Version 1 was one flat object without a version; later versions carry theirs. A record of a version that this
// program does not know (an older program after a newer one) is counted, kept and left alone.
function known(record) {
  if (record.v === SCHEMA || record.v > SCHEMA) return record;
  const { n, client_id: id, judge, sheet, work = "", ...mark } = record;
  return { v: SCHEMA, n, client_id: id, judge, sheet, work, mark, saved_at: Date.parse(mark.client_at) || 0, answer: null };
}
const usable = (record) => record.v === SCHEMA;
const ours = (records) => records.map(known).filter(usable);
const cellOf = (record) => `${record.sheet} ${record.mark.aspect}`;

export async function all() { return (await store.all("queue")).map(known); }
export const aside = () => store.all("aside");
export async function ofSheet(judge, sheet) { return (await all()).filter((r) => usable(r) && r.judge === judge && r.sheet === sheet); }

/** What this device sent of a judge after it was revoked: the server keeps it aside for the chief judge. */
export async function keptOf(judge) { return (await aside()).filter((r) => r.judge === judge && r.answer?.status === "quarantined"); }

/** Keeps a mark on this device; over: numbers of records that it takes the place of. */
export async function put({ judge, sheet, work, mark }, over = []) {
  const record = { v: SCHEMA, client_id: uuid7(), judge, sheet, work, mark, saved_at: Date.now(), answer: null };
  await store.change(() => ({ put: [record], drop: over }));
  tell();
  return record;
}

/** What can be sent for this judge, in the order of entry. Behind a mark that the judge has to decide on, the later
 * ones of the same cell wait: they would meet the same trouble. */
export async function ready(judge) {
  const halted = new Set();
  return (await all()).filter((record) => {
    if (!usable(record) || record.judge !== judge) return false;
    if (record.answer) halted.add(cellOf(record));
    return !halted.has(cellOf(record));
  });
}

/** The server's answers to a batch: what it has answered for goes into the kept sheet, the rest becomes a card for the
 * judge. */
export async function settle(batch, results) {
  const sent = new Map(batch.map((record) => [record.client_id, record]));
  const answers = results.filter((result) => sent.has(result.client_id)).map((result) => ({ ...result, sheet: sent.get(result.client_id).sheet, mark: sent.get(result.client_id).mark }));
  const byId = new Map(answers.map((answer) => [answer.client_id, answer]));
  const edit = (doc) => answers.filter((answer) => answer.sheet === doc.sheet).forEach((answer) => received(doc.cells.find((cell) => cell.code === answer.mark.aspect), answer));
  await store.change((records) => {
    const done = { put: [], drop: [], aside: [], sheets: new Map(answers.map((answer) => [answer.sheet, edit])) };
    for (const record of ours(records)) {
      const answer = byId.get(record.client_id);
      if (!answer) continue;
      const { mark, sheet, ...said } = answer;
      if (ANSWERED_FOR.includes(answer.status)) done.drop.push(record.n);
      else done.put.push({ ...record, answer: said });
      if (answer.status === "quarantined") done.aside.push({ ...record, answer: said, aside_at: Date.now() });
      if (answer.revision) rebase(records, record, answer.revision, byId, done);
    }
    return done;
  });
  tell({ answers });
  return answers.length;
}

/** Later marks of the cell that are still to be sent stand on the revision that the server has made of this one. */
function rebase(records, record, revision, byId, done) {
  const later = ours(records).filter((r) => cellOf(r) === cellOf(record) && r.n > record.n && !r.answer && !byId.has(r.client_id));
  later.forEach((r, at) => done.put.push({ ...r, mark: { ...r.mark, base: revision + at } }));
}

/** Off the queue, but still on this device and in every export until the event is over. */
export async function setAside(numbers) {
  await store.change((records) => ({ drop: numbers, aside: ours(records).filter((r) => numbers.includes(r.n)).map((r) => ({ ...r, aside_at: Date.now() })) }));
  tell();
}
/** Sends it again as it is: the sheet was opened again, or the second look confirmed it. */
export async function again(number, extra = {}) {
  await store.change((records) => ({ put: ours(records).filter((r) => r.n === number).map((r) => ({ ...r, answer: null, mark: { ...r.mark, ...extra } })) }));
  tell();
}

/** How many wait, how many need a decision, how many are older than an hour, how many are of other judges. */
export async function counts(judge) {
  const records = await all(), mine = records.filter((r) => r.judge === judge);
  return {
    waiting: mine.length,
    cards: mine.filter((r) => r.answer).length,
    old: mine.filter((r) => Math.abs(Date.now() - r.saved_at) > HOUR).length, // the clock may have been put back
    others: records.length - mine.length,
    nobody: !judge, // this page knows no judge: whose the marks are is not for it to say
  };
}

/** Whether there is anything that could be sent now. */
export const isDue = (counts) => counts.waiting > counts.cards;

/** The device as the chief judge's list of tablets names it. */
export const deviceNumber = async () => (await device()).replaceAll("-", "").slice(-6).toUpperCase();
/** This device's own name towards the server. */
export async function device() {
  const found = await store.get("about", "device");
  if (found) return found;
  const made = crypto.randomUUID?.() ?? uuid7();
  await store.put("about", made, "device");
  return (await store.get("about", "device")) ?? made;
}
