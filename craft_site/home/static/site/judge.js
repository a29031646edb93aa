// Mark entry: one sheet, own keypad, every mark on this device first and then at the server. See judge.css for the hooks.
const page = JSON.parse(document.getElementById("sheet-page").textContent);
const W = page.words, root = document.querySelector(".judge"), ask = document.querySelector("[data-ask]");
const token = document.querySelector("[data-token] [name=csrfmiddlewaretoken]").value;
const say = (text, ...parts) => parts.reduce((t, part) => t.replace("%s", part), text);
const $ = (selector) => root.querySelector(selector);

function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "on") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}
function sign(id, kind = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), use = document.createElementNS(svg.namespaceURI, "use");
  use.setAttribute("href", `#${id}`);
  if (kind) svg.setAttribute("class", kind);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}
const newId = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

// --- what waits to be sent. Only this class knows where it is kept; its methods are promises, so that a store on the
// device can take its place. A mark leaves it only when the server has answered for it. -----------------------------
class Outbox {
  #waiting = new Map();
  async put(mark) { this.#waiting.set(mark.client_id, mark); }
  async drop(ids) { for (const id of ids) this.#waiting.delete(id); }
  async all() { return [...this.#waiting.values()]; }
}
const outbox = new Outbox();

// --- the cells --------------------------------------------------------------------------------------------------
const cells = page.cells.map((cell) => ({ ...cell, base: cell.revision, waiting: 0, problem: "", markedAt: 0, draft: null }));
const byCode = new Map(cells.map((cell) => [cell.code, cell]));
let here = byCode.get(page.start) ?? cells[0], point = 0, typed = "", fresh = true, problem = "", undo = null;

const blank = (cell) => (cell.kind === "counts" ? {} : Array(cell.fields).fill(undefined));
function draftOf(cell) {
  if (cell.draft) return cell.draft;
  if (cell.values == null || cell.not_done) return blank(cell);
  return cell.kind === "counts" ? { ...cell.values } : [...cell.values];
}
function textOf(cell, values, notDone) {
  if (notDone) return W.notDone;
  if (cell.kind === "counts") return cell.events.filter((e) => +values[e.code]).map((e) => `${e.text} × ${values[e.code]}`).join(W.comma) || W.nothing;
  if (cell.kind === "yes_no") return values.map((v) => (v == null ? "–" : v === "1" ? W.yes : W.no)).join(" · ");
  return values.map((v) => v ?? "–").join(" · ") + (cell.unit ? ` ${cell.unit}` : "");
}

// --- may this be? The server has the last word; this is to say it at once. --------------------------------------------
const spelled = (text) => (text.startsWith("-.") ? `-0${text.slice(1)}` : text.startsWith(".") ? `0${text}` : text.replace(/\.$/, ""));
function whyNot(cell, text) {
  if (!/^-?\d{1,15}(\.\d+)?$/.test(text)) return W.notNumber;
  const value = Number(text);
  if (cell.min != null && value < Number(cell.min)) return say(W.below, text, cell.min);
  if (cell.max != null && value > Number(cell.max)) return say(W.above, text, cell.max);
  if ((text.split(".")[1] ?? "").length > (cell.decimals ?? 6)) return say(W.places, cell.decimals);
  if (cell.step != null) {
    const steps = (value - Number(cell.min)) / Number(cell.step);
    if (Math.abs(steps - Math.round(steps)) > 1e-9) return say(W.step, cell.step);
  }
  return "";
}
const isGross = (cell, text) => (cell.second_look_low != null && Number(text) < Number(cell.second_look_low)) || (cell.second_look_high != null && Number(text) > Number(cell.second_look_high));
const isInside = (cell, text) => (cell.low == null || Number(text) >= Number(cell.low)) && (cell.high == null || Number(text) <= Number(cell.high));

// --- questions ----------------------------------------------------------------------------------------------------------
function question(title, build) {
  return new Promise((answer) => {
    const done = (value) => { ask.close(); answer(value); };
    ask.replaceChildren(h("form", { method: "dialog" }, h("h2", { id: "ask-title" }, title), ...build(done)));
    ask.oncancel = () => answer(null);
    ask.showModal();
  });
}
const secondLook = (cell, text) => question(say(W.gross, text, cell.unit), (done) => [
  h("div", { class: "two" }, h("button", { type: "button", autofocus: true, "data-correct": true, on: () => done(null) }, W.correct), h("button", { type: "button", "data-keep": true, on: () => done(true) }, W.keep))]);
const whyChanged = () => question(W.why, (done) => {
  const words = h("input", { name: "reason", maxlength: 300, "aria-label": W.why, autocomplete: "off" });
  return [...W.reasons.split("|").map((reason) => h("button", { type: "button", "data-reason": true, on: () => done(reason) }, reason)), words,
    h("div", { class: "two" }, h("button", { type: "button", on: () => done(null) }, W.cancel), h("button", { type: "submit", class: "act", on: (event) => { event.preventDefault(); if (words.value.trim()) done(words.value.trim()); else words.focus(); } }, W.save))];
});
const whichHolds = (cell, mine, current) => question(W.twoValues, (done) => [
  h("div", { class: "two conflict-values" }, ...[["mine", textOf(cell, mine.values, mine.not_done)], ["theirs", textOf(cell, current.values, current.not_done)]].map(([who, text]) =>
    h("button", { type: "button", "data-take": who, on: () => done(who) }, W[who], h("br"), h("b", {}, text))))]);

// --- saving ---------------------------------------------------------------------------------------------------------------
async function save(cell, values, { notDone = false, looked = false, reason = "" } = {}) {
  const sent = cell.kind === "counts" ? Object.fromEntries(Object.entries(values).filter(([, n]) => +n).map(([k, n]) => [k, String(n)])) : notDone ? [] : values;
  const same = cell.base && !cell.alarm && !cell.problem && cell.not_done === notDone && JSON.stringify(cell.values) === JSON.stringify(sent);
  if (same) { cell.draft = null; return true; }
  if (cell.base && !cell.alarm && !reason && Date.now() - cell.markedAt > page.undo * 1000) {
    reason = await whyChanged();
    if (!reason) return false;
  }
  const before = { values: cell.values, not_done: cell.not_done, base: cell.base };
  const mark = { client_id: newId(), aspect: cell.code, values: sent, not_done: notDone, base: cell.base, second_look: looked, reason, client_at: new Date().toISOString() };
  await outbox.put(mark);
  Object.assign(cell, { values: sent, not_done: notDone, base: cell.base + 1, waiting: cell.waiting + 1, state: "here", problem: "", alarm: false, draft: null, markedAt: Date.now() });
  offerUndo(cell, before);
  navigator.vibrate?.(20);
  send();
  return true;
}
function offerUndo(cell, before) {
  clearInterval(undo?.clock);
  undo = { cell, before, left: page.undo, clock: setInterval(() => { if (--undo.left <= 0) { clearInterval(undo.clock); undo = null; } paintUndo(); }, 1000) };
}
async function takeBack() {
  if (!undo) return;
  const { cell, before, clock } = undo;
  clearInterval(clock);
  undo = null;
  go(cell);
  if (before.base) { await save(cell, before.values ?? [], { notDone: before.not_done }); clearInterval(undo?.clock); undo = null; }
  else { cell.draft = blank(cell); load(); } // nothing stood here: type it anew
  paint();
}

// --- sending: in order, a batch at a time; nothing leaves the outbox without an answer ---------------------------------------
let sending = false, pause = 0, timer = 0, net = "online", stuck = "";
async function send() {
  if (sending || stuck) return paintNet();
  const batch = (await outbox.all()).slice(0, 40);
  if (!batch.length) return paintNet();
  sending = true;
  clearTimeout(timer);
  paintNet();
  try {
    const answer = await fetch(page.send, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify({ judge: page.judge, marks: batch }), signal: AbortSignal.timeout(15000) });
    if (answer.ok) { const body = await answer.json(); net = "online"; pause = 0; await settle(batch, body.results); }
    else await hindered(answer);
  } catch { net = "offline"; retry(); }
  sending = false;
  paint();
  if (!stuck && net === "online" && (await outbox.all()).length) send();
}
async function hindered(answer) {
  const body = await answer.json().catch(() => ({}));
  if (answer.status === 401) { net = "signedOut"; retry(); }
  else if (answer.status >= 500 || answer.status === 429) { net = "offline"; retry(); }
  else { net = body.error === "other_judge" ? "otherJudge" : answer.status === 423 ? "closed" : "stuck"; stuck = body.message || W[net]; }
}
function retry() {
  pause = Math.min(pause ? pause * 2 : 2000, 30000);
  timer = setTimeout(send, pause * (0.75 + Math.random() / 2));
}
async function settle(batch, results) {
  const questions = [];
  for (const result of results) {
    const cell = byCode.get(result.aspect), mark = batch.find((one) => one.client_id === result.client_id);
    await outbox.drop([result.client_id]);
    cell.waiting -= 1;
    if (result.status === "saved" || result.status === "repeated") {
      Object.assign(cell, { seq: result.seq, receipt: result.receipt, revision: result.revision });
      if (!cell.waiting) Object.assign(cell, { base: result.revision, state: result.spread ? "conflict" : "received", alarm: Boolean(result.spread) });
    } else {
      Object.assign(cell, { base: result.current?.revision ?? cell.revision, state: "conflict", problem: result.message });
      questions.push([cell, mark, result]);
    }
  }
  paint();
  for (const [cell, mark, result] of questions) await settleQuestion(cell, mark, result);
}
async function settleQuestion(cell, mark, result) {
  const again = (extra) => { cell.problem = ""; cell.values = undefined; return save(cell, mark.values, { notDone: mark.not_done, looked: mark.second_look, reason: mark.reason, ...extra }); };
  if (result.status === "confirm") { if (await secondLook(cell, mark.values.find((v) => v != null && isGross(cell, v)) ?? mark.values[0])) return again({ looked: true }); }
  else if (result.status === "conflict" && result.current) {
    if ((await whichHolds(cell, mark, result.current)) === "mine") { cell.markedAt = 0; return again({}); }
    const { values, not_done: notDone, revision, seq } = result.current;
    Object.assign(cell, { values, not_done: notDone, revision, seq, base: revision, state: "received", problem: "" });
  } else if (result.code === "reason") { cell.markedAt = 0; return again({}); }
  else { cell.draft = cell.kind === "counts" ? { ...mark.values } : [...mark.values]; go(cell); problem = result.message; }
  load(); paint();
}

// --- typing -----------------------------------------------------------------------------------------------------------------
function load() {
  const draft = draftOf(here);
  if (here.kind !== "counts") typed = draft[point] ?? "";
  fresh = true;
}
function go(cell, at = 0) {
  keepTyped();
  here = cell; point = at; problem = "";
  load(); paint();
  $(".cells [aria-current]")?.scrollIntoView({ block: "nearest" });
}
function keepTyped() {
  if (!["number", "range"].includes(here.kind) || typed === "" || fresh) return;
  const draft = draftOf(here);
  draft[point] = typed;
  here.draft = draft;
}
function type(sign) {
  if (fresh && sign !== "sign") typed = "";
  fresh = false;
  if (sign === "back") typed = typed.slice(0, -1);
  else if (sign === "sign") typed = typed.startsWith("-") ? typed.slice(1) : `-${typed}`;
  else if (sign === "dot") { if (!typed.includes(".")) typed += "."; }
  else if (typed.length < 16) typed += sign;
  const text = spelled(typed);
  const places = (text.split(".")[1] ?? "").length;
  problem = places > (here.decimals ?? 6) ? say(W.places, here.decimals) : here.max != null && text !== "" && Number(text) > Number(here.max) ? say(W.above, text, here.max) : "";
  here.draft = draftOf(here);
  here.draft[point] = typed || undefined;
  paint();
}
async function next() {
  if (here.kind === "number" || here.kind === "range") {
    if (typed !== "" && !fresh) {
      const text = spelled(typed);
      problem = whyNot(here, text);
      if (problem) return paint();
      const draft = draftOf(here);
      draft[point] = text;
      here.draft = draft;
    }
    if (point + 1 < here.fields) { point += 1; problem = ""; load(); return paint(); }
    return (await commit()) && step(1);
  }
  if (here.draft && !(await commit())) return;
  step(1);
}
async function commit() {
  const cell = here;
  if (cell.kind === "counts") return save(cell, draftOf(cell));
  const draft = draftOf(cell).map((v) => (v && cell.kind !== "yes_no" ? spelled(v) : v));
  if (draft.every((v) => v === undefined)) { cell.draft = null; return true; } // nothing typed: what stood there stands
  const gap = draft.findIndex((v) => v === undefined);
  if (gap >= 0) { point = gap; load(); problem = say(W.empty, gap + 1); paint(); return false; }
  if (cell.kind === "number" && !cell.draft && cell.values != null) return true; // as it stood
  if (draft.every((v) => v === null)) return save(cell, [], { notDone: true });
  const bad = draft.findIndex((v) => v != null && whyNot(cell, v) && cell.kind !== "yes_no");
  if (bad >= 0) { point = bad; load(); problem = whyNot(cell, draft[bad]); paint(); return false; }
  const gross = cell.kind === "number" && draft.find((v) => v != null && isGross(cell, v));
  if (gross && !(await secondLook(cell, gross))) { point = draft.indexOf(gross); load(); paint(); return false; }
  const ok = await save(cell, draft, { looked: Boolean(gross) });
  paint();
  return ok;
}
function step(by) {
  const at = cells.indexOf(here) + by;
  if (at >= 0 && at < cells.length) go(cells[at]);
  else if (by > 0) { const open = cells.find((cell) => cell.state === "open" || cell.alarm); if (open && open !== here) go(open); else { load(); paint(); $(".review").focus(); } }
}
async function notDone() {
  if (here.kind === "counts") return;
  if (here.fields > 1 && here.kind === "number") {
    const draft = draftOf(here);
    draft[point] = null; here.draft = draft; typed = "";
    if (point + 1 < here.fields) { point += 1; load(); return paint(); }
    return (await commit()) && step(1);
  }
  if (await save(here, [], { notDone: true })) { paint(); if (here.kind !== "scale") step(1); }
}
async function choose(value) { if (await save(here, [value])) paint(); }
function answer(at, value) {
  const draft = draftOf(here);
  draft[at] = value; here.draft = draft; paint();
  if (draft.every((v) => v != null)) commit();
}
function count(code, by) {
  const draft = draftOf(here);
  draft[code] = String(Math.min(999, Math.max(0, Number(draft[code] ?? 0) + by)));
  here.draft = draft; paint();
}

const keys = { back: () => type("back"), sign: () => type("sign"), dot: () => type("dot"), none: notDone, undo: takeBack, next };
root.addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]")?.dataset.key, cell = event.target.closest(".cell");
  if (key) return keys[key] ? keys[key]() : type(key);
  if (cell) { event.preventDefault(); go(byCode.get(cell.parentElement.dataset.aspect)); }
});
document.addEventListener("keydown", (event) => {
  if (ask.open || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const pad = here.kind === "number" || here.kind === "range", press = { Backspace: "back", ".": "dot", ",": "dot", "-": "sign" }[event.key];
  if (event.key === "Enter" && event.target.closest("a, button") && !event.target.closest(".pad, .cells, .points, .benchmarks")) return;
  if (pad && /^\d$/.test(event.key)) type(event.key);
  else if (pad && press) type(press);
  else if (here.kind === "scale" && here.benchmarks.some((b) => b.value === event.key)) choose(event.key);
  else if (event.key === "Enter" || event.key === "ArrowDown") next();
  else if (event.key === "ArrowUp") step(-1);
  else if (event.key === "ArrowLeft" && page.previous) leave(page.previous);
  else if (event.key === "ArrowRight" && page.following) leave(page.following);
  else return;
  event.preventDefault();
});
async function leave(address) {
  keepTyped();
  if (here.draft && !(await commit())) return;
  while (sending) await new Promise((wait) => setTimeout(wait, 50));
  location.assign(address);
}

// --- drawing ---------------------------------------------------------------------------------------------------------------------
const button = (key, label, extra = {}) => h("button", { type: "button", "data-key": key, ...extra }, label);
function paint() {
  const judged = here.kind === "scale", refocus = held();
  root.classList.toggle("judgement", judged);
  root.dataset.kind = here.kind;
  paintNow();
  const list = h("ol", { class: "cells" }, cells.map(row));
  $(".judge-main").replaceChildren(...answers(), list);
  $(".judge-keys").replaceChildren(h("div", { "data-undo-place": true }), pad());
  paintUndo(); paintNet(); refocus();
}
function paintNow() {
  const now = $(".judge-now"), numeric = here.kind === "number" || here.kind === "range";
  now.dataset.aspect = here.code;
  now.toggleAttribute("data-refused", Boolean(problem));
  const draft = draftOf(here), text = spelled(typed);
  const parts = [h("h1", { class: numeric ? "small" : "" }, `${here.code} ${here.name}${numeric && here.instrument ? ` · ${here.instrument}` : ""}`)];
  if (numeric) {
    if (here.fields > 1) parts.push(h("div", { class: "points" }, Array.from({ length: here.fields }, (_, at) => h("button", { type: "button", "data-point": at, "aria-pressed": String(at === point), "data-empty": draft[at] === undefined, on: () => { keepTyped(); point = at; problem = ""; load(); paint(); } }, h("small", {}, `${W.point} ${at + 1}`), draft[at] === null ? W.notDone : draft[at] ?? "–"))));
    parts.push(h("div", { class: "reading" }, h("output", { "data-value": true, "aria-live": "polite" }, here.not_done && fresh && !here.draft ? W.notDone : typed), h("span", { class: "unit" }, here.unit || "")));
  }
  const tags = [here.tolerance && `${here.tolerance}${here.unit ? ` ${here.unit}` : ""}`, here.kind === "range" && `${here.min}–${here.max}`, !numeric && here.instrument, `${W.marks} ${here.max_mark}`];
  const sure = numeric && here.kind === "number" && typed !== "" && !whyNot(here, text) && (here.low != null || here.high != null);
  const inside = sure && isInside(here, text);
  const shown = problem || here.problem;
  parts.push(h("p", { class: "problem", role: "alert", "data-problem": true, hidden: !shown }, h("span", {}, shown)));
  parts.push(h("div", { class: "tol" }, tags.filter(Boolean).map((tag) => h("span", { class: "tag plain" }, tag)), sure && h("span", { class: `tag ${inside ? "good" : "warn"}`, "data-inside": String(inside) }, inside ? W.inside : W.outside)));
  now.replaceChildren(...parts);
}
function row(cell) {
  const state = cell.alarm ? "conflict" : cell.state;
  const note = cell.problem ? W.refused : cell.alarm ? W.again : state === "received" ? `${W.received} #${cell.seq}` : W[state];
  const marked = cell.base || cell.waiting;
  return h("li", { "data-aspect": cell.code, "data-state": state, "aria-current": cell === here ? "true" : null },
    h("button", { type: "button", class: "cell", "data-state": state }, sign(`s-${state}`, "state"), h("span", { class: "cell-name" }, `${cell.code} ${cell.name}`),
      h("span", { class: "cell-value" }, marked && (cell.values != null || cell.not_done) ? textOf(cell, cell.values, cell.not_done) : "–", h("span", { class: "cell-note" }, note))));
}
function answers() {
  const draft = draftOf(here);
  if (here.kind === "scale") return [
    h("div", { class: `benchmarks${here.benchmarks.length > 4 ? " six" : ""}`, role: "group", "aria-label": here.name }, here.benchmarks.map((b) => h("button", { type: "button", "data-benchmark": b.value, "aria-pressed": String(draft[0] === b.value), on: () => choose(b.value) }, h("b", {}, b.value), h("span", {}, b.text)))), panelLine()];
  if (here.kind === "range") return [panelLine()];
  if (here.kind === "yes_no") return [h("ol", { class: "yes-no" }, Array.from({ length: here.fields }, (_, at) => h("li", {}, h("span", {}, `${W.point} ${at + 1}`), ...[["1", W.yes], ["0", W.no]].map(([value, label]) => h("button", { type: "button", "data-answer": `${at}:${value}`, "aria-pressed": String(draft[at] === value), on: () => answer(at, value) }, label)))))];
  if (here.kind === "counts") return [h("ul", { class: "counts" }, here.events.map((e) => h("li", {}, h("span", {}, e.text, h("span", { class: "cost" }, `−${e.unit}`)),
    h("button", { type: "button", "data-less": e.code, "aria-label": `${W.less}${W.colon}${e.text}`, disabled: !Number(draft[e.code] ?? 0), on: () => count(e.code, -1) }, "−"), h("output", { "data-count": e.code }, draft[e.code] ?? "0"), h("button", { type: "button", "data-more": e.code, "aria-label": `${W.more}${W.colon}${e.text}`, on: () => count(e.code, 1) }, "+"))))];
  return [];
}
function panelLine() {
  if (!here.panel.length) return "";
  const done = (j) => (j.me ? Boolean(here.base) && !here.alarm : j.marked);
  const shown = (j) => (here.revealed && j.me && here.base ? textOf(here, here.values, here.not_done) : here.revealed && j.value !== null ? j.value || W.notDone : done(j) ? W.marked : W.notYet);
  return h("div", { class: "panel-line" }, h("ul", {}, here.panel.map((j) => { const state = done(j) ? "received" : "open"; return h("li", { "data-state": state }, sign(`s-${state}`, "state"), `${j.me ? W.you : say(W.judge, j.place)}${W.colon}${shown(j)}`); })),
    h("p", { class: "small" }, here.alarm ? W.spread : here.revealed ? W.revealed : W.sealed));
}
function pad() {
  const none = () => button("none", W.notDone, { class: "word none", "aria-pressed": String(Boolean(here.not_done && !here.draft)) });
  const back = (label) => button("undo", label, { class: "word", disabled: !undo });
  const onward = () => button("next", cells.indexOf(here) + 1 < cells.length || point + 1 < here.fields ? W.next : W.save, { class: "act" });
  if (here.kind === "number" || here.kind === "range") return h("div", { class: "pad", role: "group", "aria-label": W.keypad },
    button("1", "1"), button("2", "2"), button("3", "3"), none(), button("4", "4"), button("5", "5"), button("6", "6"), button("back", sign("k-back"), { "aria-label": W.delete }),
    button("7", "7"), button("8", "8"), button("9", "9"), button("sign", "±", { "aria-label": W.sign }), button("dot", ".", { "aria-label": W.dot }), button("0", "0"), back(W.undo), onward());
  if (here.kind === "yes_no") return h("div", { class: "pad three" }, none(), button("all", W.allYes, { class: "word" }), onward());
  if (here.kind === "counts") return h("div", { class: "pad three" }, button("nothing", W.nothing, { class: "word none" }), back(W.undo), onward());
  return h("div", { class: "pad three" }, none(), back(W.undo), onward());
}
keys.all = () => { here.draft = Array(here.fields).fill("1"); commit(); paint(); };
keys.nothing = () => { here.draft = {}; commit(); paint(); };
function held() { // the place of the focus, for when its element has been drawn anew
  const name = [...(document.activeElement?.attributes ?? [])].find(({ name: n }) => /^data-(key|point|benchmark|answer|more|less)$/.test(n));
  const cell = document.activeElement?.closest?.(".cell");
  const found = name ? `[${name.name}="${CSS.escape(name.value)}"]` : cell ? `li[data-aspect="${CSS.escape(cell.parentElement.dataset.aspect)}"] .cell` : "";
  return () => found && !ask.open && root.querySelector(found)?.focus({ preventScroll: true });
}
function paintUndo() {
  const place = $("[data-undo-place]");
  if (!place) return;
  place.replaceChildren(...(undo ? [h("div", { class: "undo", "data-undo": true, role: "status" }, h("span", {}, `${undo.cell.code} ${textOf(undo.cell, undo.cell.values, undo.cell.not_done)}`), h("button", { type: "button", "data-key": "undo" }, W.undo, " ", h("span", { "data-undo-left": true }, String(undo.left))))] : []));
  const key = root.querySelector('.pad [data-key="undo"]');
  if (key) key.disabled = !undo;
}
async function paintNet() {
  const unsent = (await outbox.all()).length, tag = $("[data-net]"), marked = cells.filter((cell) => cell.base || cell.waiting).length;
  const state = stuck ? net : net !== "online" ? net : unsent ? "sending" : "online";
  const text = stuck || (state === "online" ? W.online : `${W[state]} · ${unsent}`);
  tag.dataset.net = state;
  tag.className = `tag ${state === "online" ? "good" : stuck ? "bad" : "warn"}`;
  if (tag.textContent !== text) tag.replaceChildren(state === "signedOut" ? h("a", { href: page.signIn, target: "_blank" }, text) : text);
  $("[data-marked]").textContent = marked;
  $("[data-unsent]").textContent = unsent;
  $("[data-unsent-line]").toggleAttribute("data-some", unsent > 0);
}
root.addEventListener("click", async (event) => { // the way out saves what is typed, and waits for what is under way
  const link = event.target.closest("a.review, a[rel], .judge-head a");
  if (!link || link.target) return;
  event.preventDefault();
  leave(link.href);
});
addEventListener("online", () => { pause = 0; send(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) { pause = 0; send(); } });
addEventListener("beforeunload", (event) => { if (Number($("[data-unsent]").textContent)) event.preventDefault(); });
load(); paint();
