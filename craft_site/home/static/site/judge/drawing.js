// What the sheet looks like, part by part. Nothing here changes anything. Hooks and classes: judge.css.
import { W, face, h, say, sign } from "./dom.js";
import { asksAnew, cardOf, draftOf, isInside, isMarked, isUnsaved, markText, noteOf, spelled, standing, stateOf, textOf, whyNot } from "./cells.js";

export const isNumeric = (cell) => cell.kind === "number" || cell.kind === "range";

/** Whether list and keys stand side by side; as in judge.css. */
export const twoPanes = matchMedia("(min-width: 46rem) and (min-height: 30rem)");
/** Whether the answers of this aspect stand with the keys, and not above the list. */
export const isAtTheKeys = (cell) => twoPanes.matches && (cell.kind === "yes_no" || cell.kind === "counts");

/** The empty sheet: the same on the server's page and on the one that comes from this device. */
export function frame(doc) {
  const beside = (address, rel, label, arrow) => address && h("a", { href: address, rel, "aria-label": label }, arrow);
  return [
    h("header", { class: "judge-head" },
      h("div", {}, h("span", { class: "small" }, `${doc.layer} · `, h("a", { href: face.home }, W.mySheets)), h("span", { class: "work" }, doc.code)),
      h("span", { class: "net" }, h("button", { type: "button", class: "send-now", "data-send-now": true, hidden: true }, W.sendNow), h("span", { class: "tag plain", "data-net": "online", role: "status" })),
      h("div", { class: "judge-alerts", "data-alerts": true, hidden: true })),
    h("section", { class: "judge-now" }),
    h("div", { class: "judge-main", tabindex: 0, role: "region", "aria-label": W.allAspects }),
    h("div", { class: "judge-keys" }),
    h("footer", { class: "judge-foot" },
      h("span", {}, `${W.markedCount} `, h("b", { "data-marked": true }), " / ", h("span", { "data-total": true }, String(doc.cells.length)), " · ", h("span", { "data-unsent-line": true }, `${W.unsent} `, h("b", { "data-unsent": true }, "0"))),
      h("span", { class: "row" }, beside(doc.previous, "prev", W.previousSheet, "←"), beside(doc.following, "next", W.nextSheet, "→"), h("a", { class: "review", href: doc.check }, W.check))),
  ];
}

export function now({ here, point, typed, fresh, problem, closed }, toPoint) {
  const draft = draftOf(here), text = spelled(typed), numeric = isNumeric(here);
  const heading = h("h1", { class: numeric ? "small" : "" }, `${here.code} ${here.name}${numeric && here.instrument ? ` · ${here.instrument}` : ""}`);
  const points = numeric && here.fields > 1 && h("div", { class: "points" }, Array.from({ length: here.fields }, (_, at) =>
    h("button", { type: "button", "data-point": at, "aria-pressed": String(at === point), "data-empty": draft[at] === undefined, on: () => toPoint(at) }, h("small", {}, here.parts?.[at]?.label ?? `${W.point} ${at + 1}`), draft[at] === null ? W.notDone : draft[at] ?? "–")));
  const left = standing(here).not_done && fresh && !here.draft;
  const reading = numeric && h("div", { class: "reading" }, h("output", { "data-value": true, "aria-live": "polite" }, left ? W.notDone : typed), h("span", { class: "unit" }, here.unit || ""));
  const tags = [here.tolerance && `${here.tolerance}${here.unit ? ` ${here.unit}` : ""}`, here.kind === "range" && `${(here.parts?.[point] ?? here).min}–${(here.parts?.[point] ?? here).max}`, !numeric && here.instrument, `${W.marks} ${here.max_mark}`];
  const sure = here.kind === "number" && typed !== "" && !whyNot(here, text) && (here.low != null || here.high != null), inside = sure && isInside(here, text);
  return [heading, points, reading,
    h("p", { class: "problem", role: "alert", "data-problem": true, hidden: !problem }, h("span", {}, problem)),
    closed ? h("p", { class: "problem" }, closed) : asksAnew(here) && h("p", { class: "problem", role: "alert", "data-spread": true }, W.spread),
    h("div", { class: "tol" }, isUnsaved(here) && h("span", { class: "tag warn", "data-unsaved": true }, W.unsaved), tags.filter(Boolean).map((tag) => h("span", { class: "tag plain" }, tag)), sure && h("span", { class: `tag ${inside ? "good" : "warn"}`, "data-inside": String(inside) }, inside ? W.inside : W.outside))].filter(Boolean);
}

export const list = ({ cells, here, locked }) => h("ol", { class: "cells" }, cells.map((cell) => {
  const state = stateOf(cell, locked);
  return h("li", { "data-aspect": cell.code, "data-state": state, "data-draft": isUnsaved(cell), "aria-current": cell === here ? "true" : null },
    h("button", { type: "button", class: "cell", "data-state": state }, sign(`s-${state}`, "state"), h("span", { class: "cell-name" }, `${cell.code} ${cell.name}`),
      h("span", { class: "cell-value" }, markText(cell, standing(cell)), h("span", { class: "cell-note" }, noteOf(cell, locked)))));
}));

/** The answers that are chosen rather than typed. */
export function answers({ here }, { choose, answer, count }) {
  const draft = draftOf(here);
  if (here.kind === "scale") return [
    h("div", { class: `benchmarks${here.benchmarks.length > 4 ? " six" : ""}`, role: "group", "aria-label": here.name }, here.benchmarks.map((b) =>
      h("button", { type: "button", "data-benchmark": b.value, "aria-pressed": String(draft[0] === b.value), on: () => choose(b.value) }, h("b", {}, b.value), h("span", {}, b.text)))), panelLine(here)];
  if (here.kind === "range") return [panelLine(here)];
  if (here.kind === "yes_no") return [h("ol", { class: "yes-no" }, Array.from({ length: here.fields }, (_, at) => h("li", {}, h("span", {}, `${W.point} ${at + 1}`), ...[["1", W.yes], ["0", W.no]].map(([value, label]) =>
    h("button", { type: "button", "data-answer": `${at}:${value}`, "aria-pressed": String(draft[at] === value), on: () => answer(at, value) }, label)))))];
  if (here.kind === "counts") return [h("ul", { class: "counts" }, here.events.map((e) => h("li", {}, h("span", {}, e.text, h("span", { class: "cost" }, `−${e.unit}`)),
    h("button", { type: "button", "data-less": e.code, "aria-label": `${W.less}${W.colon}${e.text}`, disabled: !Number(draft[e.code] ?? 0), on: () => count(e.code, -1) }, "−"), h("output", { "data-count": e.code }, draft[e.code] ?? "0"),
    h("button", { type: "button", "data-more": e.code, "aria-label": `${W.more}${W.colon}${e.text}`, on: () => count(e.code, 1) }, "+"))))];
  return [];
}
/** Who of the panel has judged; the values come from the server, and only when all have. */
function panelLine(here) {
  if (!here.panel.length) return "";
  const done = (j) => (j.me ? isMarked(here) && (!here.alarm || here.waiting.length > 0) : j.marked);
  const shown = (j) => (here.revealed && j.me && here.revision ? textOf(here, here.values, here.not_done) : here.revealed && j.value !== null ? j.value || W.notDone : done(j) ? W.marked : W.notYet);
  return h("div", { class: "panel-line" }, h("ul", {}, here.panel.map((j) => {
    const state = done(j) ? "received" : "open";
    return h("li", { "data-state": state }, sign(`s-${state}`, "state"), `${j.me ? W.you : say(W.judge, j.place)}${W.colon}${shown(j)}`);
  })), !asksAnew(here) && h("p", { class: "small" }, here.revealed ? W.revealed : W.sealed));
}

/** What the key of taking back says: which mark, and for how many seconds more. */
export const undoWords = (undo) => (undo ? [h("span", {}, W.undo, h("small", {}, `${undo.cell.code} · `, h("span", { "data-undo-left": true }, say(W.seconds, undo.left))))] : [W.undo]);
export const undoBar = (undo) => undo && h("div", { class: "undo", "data-undo": true, role: "status" }, h("span", {}, `${undo.cell.code} ${markText(undo.cell, standing(undo.cell))}`), h("button", { type: "button", "data-key": "undo" }, W.undo, " · ", h("span", { "data-undo-left": true }, say(W.secondsLeft, undo.left))));

/** An aspect that is answered by choosing opens with its choices at the top of the list's place: what is above or below
 * them (a card of another aspect, the list) is scrolled to. One that is typed shows its line in the list. */
export function showAnswers(root, here) {
  const main = root.querySelector(".judge-main"), first = main.querySelector(".benchmarks, .yes-no, .counts");
  if (!first) return main.querySelector(".cells [aria-current]")?.scrollIntoView({ block: "nearest" });
  main.scrollTop = cardOf(here) ? 0 : first.getBoundingClientRect().top - main.getBoundingClientRect().top + main.scrollTop;
}
/** All choices at once, on any screen: closer together first, then two in a row. */
export function fit(root) {
  const choices = root.querySelector(".benchmarks");
  for (const tight of ["", "1", "2", "3"]) {
    root.dataset.tight = tight;
    if (!choices || choices.offsetHeight <= root.querySelector(".judge-main").clientHeight) return;
  }
}

/** Where the focus is, for when its element has been drawn anew. */
export function heldFocus(root) {
  const focused = document.activeElement, attribute = [...(focused?.attributes ?? [])].find(({ name }) => /^data-(key|point|benchmark|answer|more|less|take)$/.test(name));
  const cell = focused?.closest?.(".cell");
  const found = attribute ? `[${attribute.name}="${CSS.escape(attribute.value)}"]` : cell ? `li[data-aspect="${CSS.escape(cell.parentElement.dataset.aspect)}"] .cell` : "";
  return () => found && root.querySelector(found)?.focus({ preventScroll: true });
}
