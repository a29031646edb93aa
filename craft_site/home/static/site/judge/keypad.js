// The keys under the sheet and those of the keyboard: what they are called, and what typing makes of a number.
import { W, h, sign } from "./dom.js";

const LONGEST = 16;

/** The text after one more key; fresh: what stands there is replaced by the first digit. */
export function typed(text, key, fresh) {
  const old = fresh && key !== "sign" ? "" : text;
  if (key === "back") return old.slice(0, -1);
  if (key === "sign") return old.startsWith("-") ? old.slice(1) : `-${old}`;
  if (key === "dot") return old.includes(".") ? old : `${old}.`;
  return old.length < LONGEST ? old + key : old;
}
/** The key of the pad that a key of the keyboard means for an aspect of this kind. */
export function keyOf(event, cell) {
  const numeric = cell.kind === "number" || cell.kind === "range";
  if (numeric && /^\d$/.test(event.key)) return event.key;
  if (numeric && event.key in SIGNS) return SIGNS[event.key];
  if (cell.kind === "scale" && cell.benchmarks.some((b) => b.value === event.key)) return `value:${event.key}`;
  return WAYS[event.key];
}
const SIGNS = { Backspace: "back", ".": "dot", ",": "dot", "-": "sign" };
const WAYS = { Enter: "next", ArrowDown: "next", ArrowUp: "up", ArrowLeft: "previous", ArrowRight: "following" };

const button = (key, label, extra = {}) => h("button", { type: "button", "data-key": key, ...extra }, label);
/** cell: the aspect in hand; more: something follows on this sheet; undo: there is something to take back. */
export function pad(cell, { more, undo, notDone }) {
  const none = button("none", W.notDone, { class: "word none", "aria-pressed": String(notDone) });
  const back = button("undo", W.undo, { class: "word", disabled: !undo });
  const next = button("next", more ? W.next : W.save, { class: "act" });
  if (cell.kind === "yes_no") return h("div", { class: "pad three" }, none, button("all", W.allYes, { class: "word" }), next);
  if (cell.kind === "counts") return h("div", { class: "pad three" }, button("nothing", W.nothing, { class: "word none" }), back, next);
  if (cell.kind === "scale") return h("div", { class: "pad three" }, none, back, next);
  const digit = (n) => button(n, n);
  return h("div", { class: "pad", role: "group", "aria-label": W.keypad },
    ..."123".split("").map(digit), none, ..."456".split("").map(digit), button("back", sign("k-back"), { "aria-label": W.delete }),
    ..."789".split("").map(digit), button("sign", "±", { "aria-label": W.sign }), button("dot", ".", { "aria-label": W.dot }), digit("0"), back, next);
}
