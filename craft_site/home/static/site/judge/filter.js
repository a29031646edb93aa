// The quick filter of my sheets, by what is left to do and by number. It hides tiles on this page and asks nobody, so it
// works without network; without a script all sheets stand there.
import { W, h, say } from "./dom.js";

const KINDS = { "": null, todo: ["open", "here", "conflict"], entered: ["received"], signed: ["locked"] };
const FEW = 6; // sheets that are seen at a glance
const KEY = "judge-filter";
const tiles = () => [...document.querySelectorAll("a[data-sheet]")];
let bar = null, kind = "", number = "";

const plain = (text) => text.normalize("NFKC").trim().toUpperCase(); // W－０７ from a Chinese keyboard is W-07

/** Above the first of the sheets, where there are many. */
export function showFilter() {
  const all = tiles();
  if (all.length <= FEW) return;
  kind = sessionStorage.getItem(KEY) in KINDS ? sessionStorage.getItem(KEY) : "";
  const words = { "": W.allSheets, todo: W.toMark, entered: W.toSign, signed: W.signed };
  const choose = (wanted) => { kind = wanted; sessionStorage.setItem(KEY, kind); narrow(); };
  const search = h("input", { type: "search", id: "find-sheet", autocomplete: "off", autocapitalize: "characters" });
  search.addEventListener("input", () => { number = plain(search.value); narrow(); });
  bar = h("div", { class: "home-filter", role: "group", "aria-label": W.filter },
    Object.keys(KINDS).map((one) => h("button", { type: "button", class: "button", "data-kind": one, on: () => choose(one) }, words[one], " ", h("span", { class: "many" }))),
    h("span", { class: "find" }, h("label", { for: "find-sheet" }, W.findSheet), search),
    h("p", { class: "small", role: "status", "data-counted": true }));
  all[0].closest("section").before(bar);
}
const isKind = (tile, wanted) => !KINDS[wanted] || KINDS[wanted].includes(tile.dataset.state);
/** Hides what was not asked for; again after each change of a tile. */
export function narrow() {
  if (!bar) return;
  const all = tiles(), fits = (tile) => isKind(tile, kind) && plain(tile.querySelector("b").textContent).includes(number);
  for (const tile of all) tile.parentElement.hidden = !fits(tile);
  for (const list of new Set(all.map((tile) => tile.closest("ul")))) {
    const section = list.closest("section"), none = [...list.children].every((one) => one.hidden);
    list.hidden = none;
    section.hidden = none && !section.querySelector(".pick"); // what waits for a second signature is always in sight
  }
  for (const button of bar.querySelectorAll("[data-kind]")) {
    button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
    button.querySelector(".many").textContent = all.filter((tile) => isKind(tile, button.dataset.kind)).length;
  }
  const shown = all.filter(fits).length, text = kind || number ? say(W.shownOf, shown, all.length) : "", line = bar.querySelector("[data-counted]");
  if (line.textContent !== text) line.textContent = text;
}
