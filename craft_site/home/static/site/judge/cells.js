// The aspects of one sheet: what the server has, what is still on this device, and what may be typed at all.
import { W, say } from "./dom.js";

/** A cell holds the server's mark (values, not_done, revision, seq), its own marks on the way (waiting), and the one that
 * a revoked device has sent (kept). */
export const makeCells = (doc) => doc.cells.map((cell) => ({ ...cell, waiting: [], kept: null, markedAt: 0, draft: null }));

/** Lays the queue over the cells; kept: what lies aside for the chief judge, until something newer stands there. */
export function lay(cells, records, kept = []) {
  for (const cell of cells) {
    cell.kept = kept.findLast((record) => record.mark.aspect === cell.code && record.mark.base >= cell.revision) ?? null;
    cell.waiting = records.filter((record) => record.mark.aspect === cell.code);
    const newest = cell.waiting.at(-1);
    if (newest) cell.markedAt = Math.max(cell.markedAt, newest.saved_at);
  }
}
/** Takes over what the server says of the sheet, keeping what is being typed. */
export function renew(cells, doc) {
  const fresh = new Map(doc.cells.map((cell) => [cell.code, cell]));
  for (const cell of cells) Object.assign(cell, fresh.get(cell.code));
}
/** Takes over what the server has answered for. The mark leaves those on the way in the same moment: counted in both
 * places, it would give the next mark, an undo pressed right now, a base that never was. */
export function received(cell, answer) {
  if (!cell || !["saved", "repeated"].includes(answer.status)) return;
  if (cell.waiting) cell.waiting = cell.waiting.filter((record) => record.client_id !== answer.client_id);
  if (answer.revision < cell.revision) return;
  const { values, not_done: notDone, withdraw } = answer.mark;
  if (withdraw) { Object.assign(cell, UNMARKED); return; }
  Object.assign(cell, { values, not_done: Boolean(notDone), sealed: "", revision: answer.revision, seq: answer.seq, receipt: answer.receipt, alarm: Boolean(answer.spread) });
}
const UNMARKED = { values: null, not_done: false, revision: 0, seq: 0, sealed: "" };
/** The mark that is shown: the last one entered here, else the server's. */
export function standing(cell) {
  const mark = (cell.waiting.at(-1) ?? cell.kept)?.mark;
  return mark?.withdraw ? UNMARKED : mark ?? cell;
}
export const isMarked = (cell) => (cell.waiting.length ? !cell.waiting.at(-1).mark.withdraw : cell.revision > 0);
/** The revision that the next mark replaces: marks on the way make theirs first. */
export const baseOf = (cell) => cell.revision + cell.waiting.filter((record) => !record.answer).length;
export const cardOf = (cell) => cell.waiting.find((record) => record.answer);
/** Whether the panel is too far apart and this judge has not judged again. */
export const asksAnew = (cell) => cell.alarm && !cell.waiting.length;
export function stateOf(cell, closed) {
  if (cardOf(cell)) return "conflict";
  if (cell.waiting.length) return "here";
  if (closed) return "locked";
  if (cell.kept) return "kept";
  if (cell.alarm) return "conflict";
  return cell.revision ? "received" : "open";
}
export function noteOf(cell, closed) {
  const card = cardOf(cell), state = stateOf(cell, closed);
  if (isUnsaved(cell)) return `${W.unsaved}${W.colon}${textOf(cell, cell.draft)}`;
  if (card) return card.answer.status === "conflict" ? W.conflict : W.refused;
  if (state === "kept") return cell.revision ? `${W.kept}${W.comma}${W.theirs}${W.colon}${markText(cell, cell)}` : W.kept;
  if (asksAnew(cell) && !closed) return W.again;
  return state === "received" ? `${W.received} #${cell.seq}` : W[state];
}

const blank = (cell) => (cell.kind === "counts" ? {} : Array(cell.fields).fill(undefined));
export function draftOf(cell) {
  if (cell.draft) return cell.draft;
  const { values, not_done: notDone } = standing(cell);
  if (values == null || notDone) return blank(cell);
  return cell.kind === "counts" ? { ...values } : [...values];
}
/** Whether something is typed or chosen in the cell that is not saved, here or anywhere. */
export const isUnsaved = (cell) => Boolean(cell.draft) && JSON.stringify(cell.draft) !== JSON.stringify(draftOf({ ...cell, draft: null }));
export function textOf(cell, values, notDone) {
  if (notDone) return W.notDone;
  if (values == null) return "–";
  if (cell.kind === "counts") return cell.events.filter((e) => +values[e.code]).map((e) => `${e.text} × ${values[e.code]}`).join(W.comma) || W.nothing;
  if (cell.kind === "yes_no") return values.map((v) => (v == null ? "–" : v === "1" ? W.yes : W.no)).join(" · ");
  return values.map((v) => v ?? "–").join(" · ") + (cell.unit ? ` ${cell.unit}` : "");
}
/** sealed: there is a value, which the judge before entered and this one may not read yet. */
export const markText = (cell, mark) => mark.sealed || textOf(cell, mark.values, mark.not_done);

// May this be? The server has the last word; this is to say it at once.
export const spelled = (text) => (text.startsWith("-.") ? `-0${text.slice(1)}` : text.startsWith(".") ? `0${text}` : text.replace(/\.$/, ""));
const limits = (cell, at) => (cell.parts?.length ? { ...cell, ...cell.parts[at] } : cell); // a value and its difficulty
export function whyNot(whole, text, at = 0) {
  const cell = limits(whole, at);
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
export function whyNotYet(whole, typed, at = 0) { // while it is being typed only what no further digit can mend
  const text = spelled(typed), cell = limits(whole, at);
  if ((text.split(".")[1] ?? "").length > (cell.decimals ?? 6)) return say(W.places, cell.decimals);
  return cell.max != null && text !== "" && Number(text) > Number(cell.max) ? say(W.above, text, cell.max) : "";
}
/** How far a reading lies outside the limits, in words; nothing where there are none. */
export function offText(cell, text) {
  const below = cell.least != null && Number(text) < Number(cell.least), limit = below ? cell.least : cell.most;
  if (limit == null) return "";
  const places = Math.max(...[text, limit].map((number) => (number.split(".")[1] ?? "").length));
  return say(below ? W.offBelow : W.offAbove, `${Math.abs(Number(text) - Number(limit)).toFixed(places)}${cell.unit ? ` ${cell.unit}` : ""}`);
}
export const isGross = (cell, text) => (cell.second_look_low != null && Number(text) < Number(cell.second_look_low)) || (cell.second_look_high != null && Number(text) > Number(cell.second_look_high));
export const isInside = (cell, text) => (cell.low == null || Number(text) >= Number(cell.low)) && (cell.high == null || Number(text) <= Number(cell.high));
