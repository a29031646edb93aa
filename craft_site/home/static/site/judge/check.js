// Check and sign: a sheet is not signed over the head of marks that are still on this device.
import { W, face, h, many, say } from "./dom.js";
import * as store from "./store.js";
import * as outbox from "./outbox.js";
import * as sender from "./sender.js";
import { keepFromAnyPage, keepJudge } from "./keeping.js";

const page = document.querySelector("[data-check]"), place = page.querySelector("[data-unsent-here]");
const token = document.querySelector(".sign-form [name=csrfmiddlewaretoken]")?.value;
const { sheet, judge } = page.dataset, outOfUse = document.querySelector("[data-out-of-use]");
let here = [];

async function paint() {
  const before = here.length;
  here = await outbox.ofSheet(judge, sheet);
  if (before && !here.length) { location.reload(); return; } // the server has them now: read what will be signed
  place.hidden = !here.length;
  const asked = new Map(here.filter((record) => record.answer).map((record) => [record.mark.aspect, record.answer]));
  const waiting = here.filter((record) => !asked.has(record.mark.aspect)).length; // behind a decision nothing waits for the network
  const decision = ([code, { status, current }]) => h("p", {}, h("a", { href: `${page.dataset.address}?aspect=${encodeURIComponent(code)}`, "data-decide": code }, say(status === "conflict" && current ? W.chooseFirst : W.decideFirst, code)));
  place.replaceChildren(...[...asked].map(decision), ...(waiting ? [
    h("p", {}, h("strong", {}, many(W.unsentOne, W.unsentMany, waiting)), " ", W.signLater),
    h("p", { class: "row" }, h("button", { type: "button", class: "button", on: () => sender.now() }, W.sendNow), h("a", { href: face.unsent }, W.unsentPage))] : []));
}
function hold(event) {
  if (!here.length && !sender.net.revoked) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const why = sender.net.revoked ? outOfUse : place;
  why.scrollIntoView({ block: "center" });
  why.focus();
}
await store.open();
await keepJudge(judge);
for (const form of document.querySelectorAll("form.sign-form")) form.addEventListener("submit", hold, true);
outbox.listen(paint);
sender.watch(({ revoked }) => { outOfUse.hidden = !revoked; });
await sender.recall();
outOfUse.hidden = !sender.net.revoked;
await paint();
sender.start(judge, token);
await keepFromAnyPage(judge);
