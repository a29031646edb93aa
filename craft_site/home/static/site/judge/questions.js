// Questions that stop the work: a value far off, the reason of a change.
import { W, h, say } from "./dom.js";

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
export const secondLook = (cell, text) => question(say(W.gross, text, cell.unit), (done) => [
  h("div", { class: "two" }, h("button", { type: "button", autofocus: true, "data-correct": true, on: () => done(null) }, W.correct), h("button", { type: "button", "data-keep": true, on: () => done(true) }, W.keep))]);
export const whyChanged = () => question(W.why, (done) => {
  const words = h("input", { name: "reason", maxlength: 300, "aria-label": W.why, autocomplete: "off" });
  const take = (event) => { event.preventDefault(); if (words.value.trim()) done(words.value.trim()); else words.focus(); };
  return [...W.reasons.split("|").map((reason) => h("button", { type: "button", "data-reason": true, on: () => done(reason) }, reason)), words,
    h("div", { class: "two" }, h("button", { type: "button", on: () => done(null) }, W.cancel), h("button", { type: "submit", class: "act", on: take }, W.save))];
});
