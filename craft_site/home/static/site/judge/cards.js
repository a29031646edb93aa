// A card for each mark that the server did not take: both values are shown, nothing is merged, the judge decides.
import { W, h } from "./dom.js";
import { markText } from "./cells.js";

/** newest: the last value entered for the cell; asked: the record that the server answered; decide(how). */
export function card(cell, newest, asked, decide) {
  const { status, code, message, current } = asked.answer, mine = markText(cell, newest.mark);
  const button = (how, label, value, kind = "") => h("button", { type: "button", "data-take": how, class: kind, on: () => decide(how) }, label, value && h("b", {}, value));
  let title = message || W.refused, choices;
  if (status === "conflict" && current) {
    title = W.twoValues;
    choices = [button("mine", W.mine, mine), button("theirs", W.theirs, markText(cell, current))];
  } else if (status === "confirm") choices = [button("correct", W.correct, mine), button("keep", W.keep, mine)];
  else if (code === "reason") choices = [button("reason", W.why, mine), button("aside", W.leaveAsItWas, markText(cell, current ?? cell))];
  else if (status === "conflict") choices = [button("mine", W.mine, mine), button("aside", W.setAside, mine)];
  else if (["closed", "forbidden"].includes(status)) choices = [button("again", W.sendAgain, mine), button("aside", W.setAside, mine)];
  else choices = [button("correct", W.correct, mine), button("aside", W.setAside, mine)];
  return h("section", { class: "conflict", "data-conflict": cell.code, "aria-label": `${cell.code} ${cell.name}` },
    h("h2", {}, `${cell.code} ${cell.name}`), h("p", { role: "alert" }, title), h("div", { class: "two" }, choices));
}
