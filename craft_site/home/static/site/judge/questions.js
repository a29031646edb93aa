// Questions that stop the work: a value far off, nothing done, the reason of a change. Each shows what it is about.
import { W, h } from "./dom.js";
import { markText, offText, textOf } from "./cells.js";

const ask = document.body.appendChild(h("dialog", { class: "judge-ask", "aria-labelledby": "ask-title" }));
export const isAsking = () => ask.open;

export function question(title, build) {
  return new Promise((answer) => {
    const done = (value) => { ask.close(); answer(value); };
    ask.replaceChildren(h("form", { method: "dialog" }, h("h2", { id: "ask-title" }, title), ...build(done)));
    ask.oncancel = () => answer(null);
    ask.showModal();
  });
}
const facts = (rows) => h("dl", {}, rows.filter(([, value]) => value).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
const two = (done, no, yes) => h("div", { class: "two" }, h("button", { type: "button", autofocus: true, "data-correct": true, on: () => done(null) }, no), h("button", { type: "button", "data-keep": true, on: () => done(true) }, yes));

/** gross: [place, text] of every reading that is far off. */
export const secondLook = (cell, gross) => question(W.gross, (done) => [
  facts([[W.aspect, `${cell.code} ${cell.name}`], [W.required, cell.tolerance && `${cell.tolerance}${cell.unit ? ` ${cell.unit}` : ""}`],
    ...gross.flatMap(([at, text]) => [[cell.fields > 1 ? `${W.point} ${at + 1}` : W.entered, textOf(cell, [text])], [W.off, offText(cell, text)]])]),
  two(done, W.correct, W.keep)]);
export const noPoints = (cell) => question(W.noPoints, (done) => [facts([[W.aspect, `${cell.code} ${cell.name}`]]), two(done, W.goBack, W.noneSure)]);
/** before, after: marks of the cell, the one that stands and the new one. */
export const whyChanged = (cell, before, after) => question(W.why, (done) => {
  const missing = h("p", { class: "problem", role: "alert", id: "reason-missing", hidden: true }, W.reasonMissing);
  const words = h("input", { id: "reason", name: "reason", maxlength: 300, autocomplete: "off", "aria-describedby": "reason-missing" });
  const take = (event) => {
    event.preventDefault();
    if (words.value.trim()) return done(words.value.trim());
    missing.hidden = false;
    words.setAttribute("aria-invalid", "true");
    words.focus();
  };
  return [facts([[W.aspect, `${cell.code} ${cell.name}`], [W.oldValue, markText(cell, before)], [W.newValue, markText(cell, after) + (after.not_done ? `${W.comma}${W.noughtPoints}` : "")]]),
    cell.revealed && cell.panel.length > 1 && h("p", { "data-may-fall": true }, W.mayFall),
    h("div", { class: "two" }, W.reasons.split("|").map((reason) => h("button", { type: "button", "data-reason": true, on: () => done(reason) }, reason))),
    h("label", { for: "reason" }, W.otherReason), words, missing,
    h("div", { class: "two" }, h("button", { type: "button", on: () => done(null) }, W.cancel), h("button", { type: "submit", class: "act", on: take }, W.save))].filter(Boolean);
});
