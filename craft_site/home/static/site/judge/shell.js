// The page that the worker shows without network: the sheet, the list or the unsent marks as this device knows them.
import { W, face, h, many } from "./dom.js";
import * as store from "./store.js";
import * as outbox from "./outbox.js";
import { net, recall, report } from "./sender.js";
import { knownHome } from "./keeping.js";
import { leaveFor } from "./watch.js";

const main = document.querySelector("[data-shell]");

async function show() {
  await store.open();
  await recall();
  report("offline"); // this page is shown because nobody answers; the sender says when somebody does
  const home = await knownHome(), uuid = location.pathname.match(/\/sheets\/([0-9a-f-]{36})\/(check\/)?$/);
  const doc = uuid && (await store.get("sheets", uuid[1])), mine = doc && (!home || doc.judge === home.judge) ? doc : null;
  if (uuid?.[2]) return showNoSigning(mine);
  if (mine) return showSheet(mine);
  if (location.pathname === face.unsent) return showUnsent(home);
  if (home && location.pathname === face.home) return showHome(home);
  tell(W.offline, uuid ? W.sheetNotKept : W.needsNetwork);
}
/** A page of its own for what needs the network, with the way back to what does not. */
function tell(title, text, doc = null) {
  document.title = title;
  main.replaceChildren(h("div", { class: "page narrow section stack" },
    net.revoked && h("div", { class: "judge-alerts" }, h("p", { class: "bad" }, W.revoked)), h("h1", {}, title), h("p", {}, text),
    h("p", { class: "row" }, doc && h("a", { class: "button primary big", href: doc.address }, W.backToSheet),
      h("button", { type: "button", class: `button${doc ? "" : " primary"} big`, on: () => location.assign(location.href) }, W.tryAgain), h("a", { class: "button", href: face.home }, W.mySheets))));
}
async function showNoSigning(doc) {
  const here = (await outbox.all()).filter((record) => doc && record.sheet === doc.sheet && record.judge === doc.judge).length;
  tell(W.signingNeedsNetwork, `${here ? many(W.keptHereOne, W.keptHereMany, here) : W.keptThere} ${W.signThen}`, doc);
}
async function showSheet(doc) {
  const { begin } = await import("./sheet.js");
  const aspect = new URLSearchParams(location.search).get("aspect");
  document.title = doc.code;
  const element = main.appendChild(h("div", { class: "judge", "data-sheet": doc.sheet }));
  await begin(element, { ...doc, start: aspect ?? "" });
}
async function showHome(home) {
  const { beginHome } = await loadHome(home);
  await beginHome(home, "", false);
}
function loadHome(home) {
  const groups = Map.groupBy ? Map.groupBy(home.sheets, (sheet) => sheet.group) : home.sheets.reduce((map, sheet) => map.set(sheet.group, [...(map.get(sheet.group) ?? []), sheet]), new Map());
  main.replaceChildren(h("div", { class: "page section stack loose judge-home" }, h("h1", {}, W.mySheets), h("div", { class: "stack close", "data-home": true }),
    [...groups].map(([name, sheets]) => h("section", { class: "stack close" }, h("h2", {}, name), h("ul", { class: "sheet-grid" }, sheets.map((sheet) =>
      h("li", {}, h("a", { href: sheet.sheet_address, "data-sheet": sheet.sheet, "data-state": sheet.state, "data-leave": true }, h("b", {}, sheet.code), h("span", { class: "count-line" }, sheet.count), h("span", { class: "words" }, sheet.words)))))))));
  return import("./home.js");
}
async function showUnsent(home) {
  main.replaceChildren(h("div", { class: "page narrow section stack loose" }, h("p", {}, h("a", { href: face.home, "data-leave": true }, `← ${W.mySheets}`)), h("h1", {}, W.unsentPage), h("div", { class: "stack", "data-unsent-list": true })));
  const { beginUnsent } = await import("./unsent.js");
  await beginUnsent(home?.judge ?? "", "");
}
show().catch((fault) => { tell(W.offline, W.needsNetwork); reportError(fault); }); // never a blank page
// A page from this device goes back to the server's as soon as there is one, unless somebody is in the middle of typing.
addEventListener("online", () => main.querySelector(".judge") || leaveFor(location.href));
