// Mark entry: one sheet, own keypad; every mark goes to this device first and then to the server.
import { W, face, h, say } from "./dom.js";
import * as store from "./store.js";
import * as outbox from "./outbox.js";
import * as sender from "./sender.js";
import * as cellsOf from "./cells.js";
import { asksAnew, baseOf, cardOf, draftOf, isGross, spelled, standing, whyNot, whyNotYet } from "./cells.js";
import { isAsking, noPoints, secondLook, whyChanged } from "./questions.js";
import { keyOf, pad, typed } from "./keypad.js";
import * as draw from "./drawing.js";
import { follow, keepSheet } from "./follow.js";
import { openBeside } from "./keeping.js";
import { alerts, guardLeaving, leaveFor, paintNet } from "./watch.js";

const LEAVING = 3000; // ms that a way out waits for the marks under way; without network they go later
let root, doc, cells, cards = null, answered = 0;
// closed: why nothing can be entered now; locked: that the sheet itself is closed
const s = { here: null, point: 0, typed: "", fresh: true, problem: "", undo: null, closed: "", locked: "", cells: [] };
const $ = (selector) => root.querySelector(selector);

/** doc: what sheet_data.py says of the sheet; token: of the page's forms, none on the page from this device. */
export async function begin(element, document_, token = "") {
  root = element.cloneNode(false); doc = document_; // shown once it is painted: the page is never without its heading
  await store.open();
  await sender.recall();
  cells = s.cells = cellsOf.makeCells(doc);
  s.here = cells.find((cell) => cell.code === doc.start) ?? cells.find((cell) => cell.alarm || !cell.revision) ?? cells[0];
  root.replaceChildren(...draw.frame(doc));
  listen();
  inTurn(async () => { // before the first key: it waits until the cells are laid
    await lay();
    if (!doc.start) s.here = cells.find((cell) => cell.alarm || !cellsOf.isMarked(cell)) ?? s.here;
    load(); paint();
    element.replaceWith(root);
    draw.fit(root); // only what is shown has a height
  });
  await turn;
  await keepSheet(doc); // before an answer to a mark is written into it
  sender.start(doc.judge, token);
  follow(doc.document, doc.stamp, renew, () => answered);
}
async function renew(fresh) {
  doc = fresh;
  cellsOf.renew(cells, fresh);
  keepSheet(fresh);
  await lay();
  if (!s.here.draft) load();
  paint();
}
async function lay() {
  const { revoked } = sender.net, kept = revoked ? await outbox.keptOf(doc.judge) : [];
  cellsOf.lay(cells, await outbox.ofSheet(doc.judge, doc.sheet), kept.filter((record) => record.sheet === doc.sheet));
  if (s.undo && (revoked || asksAnew(s.undo.cell))) endUndo(); // the server would not take it back
  Object.assign(s, { revoked, locked: doc.closed, closed: doc.closed || (revoked ? W.outOfUse : "") });
}

function listen() {
  outbox.listen(async ({ answers = [], sheets = {} }) => {
    answered += answers.length;
    for (const answer of answers) if (answer.sheet === doc.sheet) cellsOf.received(cells.find((cell) => cell.code === answer.mark.aspect), answer);
    await lay();
    const now = sheets[doc.sheet];
    if (now && (Boolean(now.alarm) || !["issued", "entered"].includes(now.state) || answers.some((a) => a.spread))) follow.now();
    if (answers.some((a) => a.sheet === doc.sheet) && s.here.panel.length) follow.now();
    if (!s.here.draft) load();
    paint();
  });
  sender.watch(() => (s.revoked === sender.net.revoked ? paintFoot() : inTurn(async () => { await lay(); load(); paint(); })));
  root.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key, cell = event.target.closest(".cell");
    if (key) press(key);
    else if (event.target.closest("[data-send-now]")) sender.now();
    else if (cell) { event.preventDefault(); inTurn(() => go(cells.find((one) => one.code === cell.parentElement.dataset.aspect))); }
    const link = event.target.closest("a.review, a[rel], .judge-head a"); // the way out saves what is typed
    if (link && !link.target) { event.preventDefault(); inTurn(() => (link.rel ? beside(link.rel === "prev" ? "previous" : "following") : leave(link.href))); }
  });
  document.addEventListener("keydown", (event) => {
    if (isAsking() || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    if (event.key === "Enter" && event.target.closest("a, button") && !event.target.closest(".pad, .cells, .points, .benchmarks")) return;
    const key = keyOf(event, s.here);
    if (key && press(key)) event.preventDefault();
  });
  addEventListener("resize", () => draw.fit(root));
  draw.twoPanes.addEventListener("change", () => inTurn(paint));
  guardLeaving();
}
const KEYS = { none: notDone, undo: takeBack, next, up: () => step(-1), previous: () => beside("previous"), following: () => beside("following"), all: () => whole(Array(s.here.fields).fill("1")), nothing: () => whole({}) };
// A mark takes some milliseconds until the disk has it. Keys pressed meanwhile wait their turn: none may reach the wrong cell.
let turn = Promise.resolve();
const inTurn = (act) => { turn = turn.then(act).catch(reportError); };
function press(key) {
  if (s.closed && !["up", "next", "previous", "following"].includes(key)) return false;
  inTurn(() => (key.startsWith("value:") ? choose(key.slice(6)) : KEYS[key] ? KEYS[key]() : type(key)));
  return true;
}

// --- saving -----------------------------------------------------------------------------------------------------------
async function save(cell, values, { notDone: left = false, looked = false, sure = false, reason = "" } = {}) {
  const sent = cell.kind === "counts" ? Object.fromEntries(Object.entries(values).filter(([, n]) => +n).map(([k, n]) => [k, String(n)])) : left ? [] : values;
  const old = standing(cell), marked = cellsOf.isMarked(cell), anew = asksAnew(cell), card = cardOf(cell);
  if (marked && !anew && !card && Boolean(old.not_done) === left && JSON.stringify(old.values) === JSON.stringify(sent)) { cell.draft = null; return true; }
  if (marked && !anew && !card && !reason && Date.now() - cell.markedAt > face.undo * 1000) {
    reason = await whyChanged(cell, old, { values: sent, not_done: left });
    if (!reason) { cell.draft = null; s.problem = ""; load(); return false; } // cancelled: what is saved stands
  } else if (left && !sure && !(await noPoints(cell))) return false;
  const before = marked && !card ? { values: old.values, notDone: Boolean(old.not_done) } : null;
  const over = card ? cell.waiting.map((record) => record.n) : []; // a new entry decides what the card asked
  const base = card ? card.answer.current?.revision ?? cell.revision : baseOf(cell);
  const mark = { aspect: cell.code, values: sent, not_done: left, base, second_look: looked, reason, client_at: new Date().toISOString() };
  try { await outbox.put({ judge: doc.judge, sheet: doc.sheet, work: doc.code, mark }, over); }
  catch { s.problem = W.notSaved; paint(); return false; } // what was typed still stands there
  cell.markedAt = Date.now();
  await lay();
  cell.draft = null; // not before: the old value would show for a moment
  if (!old.sealed) offerUndo(cell, before); // what was never read cannot be put back
  navigator.vibrate?.(20);
  sender.send();
  return true;
}
function offerUndo(cell, before) {
  clearInterval(s.undo?.clock);
  s.undo = { cell, before, left: face.undo, clock: setInterval(() => { if (--s.undo.left <= 0) endUndo(); paintUndo(); }, 1000) };
}
function endUndo() { clearInterval(s.undo?.clock); s.undo = null; }
async function takeBack() {
  if (!s.undo) return;
  const { cell, before } = s.undo;
  endUndo();
  go(cell);
  if (before) { await save(cell, before.values ?? [], { notDone: before.notDone, sure: true }); endUndo(); load(); }
  else { // nothing stood here: the mark is taken back
    await outbox.put({ judge: doc.judge, sheet: doc.sheet, work: doc.code, mark: { aspect: cell.code, values: [], withdraw: true, base: baseOf(cell), client_at: new Date().toISOString() } }).catch(() => { s.problem = W.notSaved; });
    await lay();
    load();
    sender.send();
  }
  paint();
}

// --- typing -----------------------------------------------------------------------------------------------------------
function load() {
  if (s.here.kind !== "counts") s.typed = draftOf(s.here)[s.point] ?? "";
  s.fresh = true;
}
function go(cell, at = 0) {
  keepTyped();
  Object.assign(s, { here: cell, point: at, problem: "" });
  load(); paint();
  draw.showAnswers(root, s.here);
}
function draft(at, value) { const values = draftOf(s.here); values[at] = value; s.here.draft = values; }
function keepTyped() { if (draw.isNumeric(s.here) && s.typed !== "" && !s.fresh) draft(s.point, s.typed); }
function type(key) {
  s.typed = typed(s.typed, key, s.fresh);
  s.fresh = false;
  s.problem = whyNotYet(s.here, s.typed, s.point);
  draft(s.point, s.typed || undefined);
  paint();
}
async function next() {
  if (s.closed) return step(1); // taken out of use in the middle of typing
  if (!draw.isNumeric(s.here)) return (!s.here.draft || (await commit())) && step(1);
  if (s.typed !== "" && !s.fresh) {
    const text = spelled(s.typed);
    if ((s.problem = whyNot(s.here, text, s.point))) return paint();
    draft(s.point, text);
  }
  if (s.point + 1 < s.here.fields) { s.point += 1; s.problem = ""; load(); return paint(); }
  return (await commit()) && step(1);
}
function stop(at, problem) { Object.assign(s, { point: at }); load(); s.problem = problem; paint(); return false; }
async function commit() {
  const cell = s.here;
  if (cell.kind === "counts") return finish(cell, draftOf(cell));
  const values = draftOf(cell).map((v) => (v && cell.kind !== "yes_no" ? spelled(v) : v));
  if (values.every((v) => v === undefined)) { cell.draft = null; return true; } // nothing typed: what stood there stands
  const gap = values.findIndex((v) => v === undefined);
  if (gap >= 0) return stop(gap, say(cell.kind === "yes_no" ? W.unanswered : W.empty, gap + 1));
  if (cell.kind === "number" && !cell.draft && standing(cell).values != null) return true; // as it stood
  if (values.every((v) => v === null)) return finish(cell, [], { notDone: true });
  const bad = cell.kind === "yes_no" ? -1 : values.findIndex((v, at) => v != null && whyNot(cell, v, at));
  if (bad >= 0) return stop(bad, whyNot(cell, values[bad], bad));
  const gross = cell.kind === "number" ? [...values.entries()].filter(([, v]) => v != null && isGross(cell, v)) : [];
  if (gross.length && !(await secondLook(cell, gross))) return stop(gross[0][0], "");
  return finish(cell, values, { looked: gross.length > 0 });
}
async function finish(cell, values, how) { const ok = await save(cell, values, how); if (ok) s.problem = ""; paint(); return ok; }
function step(by) {
  const at = cells.indexOf(s.here) + by;
  if (at >= 0 && at < cells.length) return go(cells[at]);
  if (by < 0) return undefined;
  const open = cells.find((cell) => cell !== s.here && (!cellsOf.isMarked(cell) || cell.alarm));
  if (open) return go(open);
  load(); paint();
  return $(".review").focus();
}
async function notDone() {
  if (s.here.kind === "counts") return;
  if (s.here.fields > 1 && s.here.kind === "number") {
    draft(s.point, null); s.typed = "";
    if (s.point + 1 < s.here.fields) { s.point += 1; load(); return paint(); }
    return (await commit()) && step(1);
  }
  if ((await finish(s.here, [], { notDone: true })) && s.here.kind !== "scale") step(1);
}
const choose = (value) => !s.closed && finish(s.here, [value]);
function answer(at, value) { if (s.closed) return false; draft(at, value); s.problem = ""; paint(); return draftOf(s.here).every((v) => v != null) && commit(); }
function count(code, by) { if (s.closed) return; draft(code, String(Math.min(999, Math.max(0, Number(draftOf(s.here)[code] ?? 0) + by)))); paint(); }
function whole(values) { s.here.draft = values; return commit(); }
const beside = async (rel) => doc[rel] && leave(s.closed ? doc[rel] : await openBeside(doc, rel)); // who looks back sees all
async function leave(address) {
  keepTyped();
  if (s.here.draft && !s.closed && !(await commit())) return;
  if ($(".judge-ask[open]")) return;
  if (outbox.isDue(await outbox.counts(doc.judge))) await sender.sendFirst(LEAVING); // the next page shows what the server has
  leaveFor(address);
}

// --- cards: what the judge has to decide --------------------------------------------------------------------------------
async function decide(cell, record, how) {
  const mark = record.mark, all = cell.waiting.map((one) => one.n), why = () => whyChanged(cell, record.answer.current ?? cell, mark);
  const anew = async (extra) => { cell.markedAt = 0; await outbox.put({ judge: doc.judge, sheet: doc.sheet, work: doc.code, mark: { ...mark, ...extra, client_at: new Date().toISOString() } }, all); };
  if (how === "mine") { const reason = mark.reason || (await why()); if (reason) await anew({ base: record.answer.current?.revision ?? cell.revision, reason }); }
  else if (how === "reason") { const reason = await why(); if (reason) await outbox.again(record.n, { reason }); }
  else if (how === "keep") await outbox.again(record.n, { second_look: true });
  else if (how === "again") await outbox.again(record.n);
  else {
    await outbox.setAside(all);
    const current = record.answer.current;
    if (how === "theirs" && current && current.revision >= cell.revision) Object.assign(cell, { values: current.values, not_done: current.not_done, revision: current.revision, seq: current.seq, sealed: current.sealed });
    if (how === "correct") { cell.draft = cell.kind === "counts" ? { ...mark.values } : [...mark.values]; Object.assign(s, { here: cell, point: 0 }); }
    await lay();
    load(); if (how === "correct") s.problem = record.answer.message; paint();
    return;
  }
  sender.send();
}
function drawCards() {
  const asked = cells.filter(cardOf);
  if (!asked.length) return [];
  if (!cards) { import("./cards.js").then((module) => { cards = module; paint(); }); return []; }
  return asked.map((cell) => cards.card(cell, cell.waiting.at(-1), cardOf(cell), (how) => inTurn(() => decide(cell, { ...cell.waiting.at(-1), answer: cardOf(cell).answer }, how))));
}

// --- drawing ------------------------------------------------------------------------------------------------------------
function paint() {
  const refocus = draw.heldFocus(root), { here } = s;
  root.classList.toggle("judgement", here.kind === "scale");
  root.dataset.kind = here.kind;
  root.toggleAttribute("data-closed", Boolean(s.closed));
  const now = $(".judge-now"), down = now.dataset.aspect === here.code ? $(".key-answers")?.scrollTop : 0; // a long list stays where it is
  now.dataset.aspect = here.code;
  now.toggleAttribute("data-refused", Boolean(s.problem));
  now.replaceChildren(...draw.now(s, (at) => inTurn(() => { keepTyped(); s.point = at; s.problem = ""; load(); paint(); })));
  const asked = s.closed ? [] : draw.answers(s, { choose: (value) => inTurn(() => choose(value)), answer: (at, value) => inTurn(() => answer(at, value)), count: (code, by) => inTurn(() => count(code, by)) }), aside = draw.isAtTheKeys(here);
  $(".judge-main").replaceChildren(...drawCards(), ...(aside ? [] : asked), draw.list(s));
  const more = cells.indexOf(here) + 1 < cells.length || s.point + 1 < here.fields;
  $(".judge-keys").replaceChildren(h("div", { "data-undo-place": true }), aside ? h("div", { class: "key-answers" }, asked) : "", s.closed ? "" : pad(here, { more, undo: s.undo, notDone: Boolean(standing(here).not_done && !here.draft) }));
  $(".key-answers")?.scrollTo(0, down ?? 0);
  paintUndo(); paintFoot();
  draw.fit(root);
  if (!isAsking()) refocus();
}
function paintUndo() {
  const key = $('.pad [data-key="undo"]');
  if (key) { key.disabled = !s.undo; key.replaceChildren(...draw.undoWords(s.undo)); }
  // A second way back, above the keys, would push a choice out of sight: only where the keys have none.
  $("[data-undo-place]").replaceChildren(...[!key && draw.undoBar(s.undo)].filter(Boolean));
}
async function paintFoot() {
  $("[data-marked]").textContent = cells.filter(cellsOf.isMarked).length;
  const counts = await outbox.counts(doc.judge);
  $("[data-unsent]").textContent = counts.waiting;
  $("[data-unsent-line]").toggleAttribute("data-some", counts.waiting > 0);
  paintNet(root, counts);
  alerts($("[data-alerts]"), counts, doc.notices ?? []);
}
