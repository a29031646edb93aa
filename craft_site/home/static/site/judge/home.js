// My sheets: what waits on this device, and every sheet kept for the time without network.
import { W, face, h, many, say } from "./dom.js";
import * as store from "./store.js";
import * as outbox from "./outbox.js";
import * as sender from "./sender.js";
import { net } from "./sender.js";
import { isMarked, lay, makeCells } from "./cells.js";
import { follow } from "./follow.js";
import { canReopen, prepare } from "./device.js";
import { keep } from "./keeping.js";
import { narrow, showFilter } from "./filter.js";
import { alerts, guardLeaving, guardSignOut, paintNet } from "./watch.js";

const place = document.querySelector("[data-home]");
let docs = new Map(); // the kept sheets, by number

/** index: {judge, stamp, sheets} as offline.py tells it; live: the server's page, not the one from this device. */
export async function beginHome(index, token, live = true) {
  await store.open();
  await sender.recall();
  place.replaceChildren(
    h("p", { class: "home-net" }, h("span", { class: "tag plain", "data-net": "online", role: "status" }), h("button", { type: "button", class: "button", "data-send-now": true, hidden: true, on: () => sender.now() }, W.sendNow), h("a", { href: face.unsent, "data-leave": true }, W.unsentPage)),
    h("div", { class: "judge-alerts", "data-alerts": true, hidden: true }), h("p", { class: "row small muted" }, h("span", { "data-device": true }, say(W.thisTablet, await outbox.deviceNumber())), h("span", { "data-kept": true })));
  showFilter();
  const again = async () => {
    docs = new Map((await store.all("sheets")).filter((doc) => doc.judge === index.judge).map((doc) => [doc.sheet, doc]));
    await paint(index);
  };
  outbox.listen(again);
  sender.watch(() => paint(index));
  guardLeaving(); guardSignOut();
  sender.start(index.judge, token);
  follow(face.index, index.stamp, async (fresh) => { index = fresh; tiles(fresh); await keep(fresh, tellKept); await again(); });
  await again();
  if (!live) return;
  await prepare();
  await keep(index, tellKept);
  await again();
}
function tellKept(ready, all) { place.querySelector("[data-kept]").textContent = !all || !store.isKept() ? "" : say(W.keptSheets, ready, all); }
/** How many aspects of a sheet are marked, as far as this device knows; null where the server knows better. */
function marked({ sheet, stamp }, here) {
  const doc = docs.get(sheet);
  if (!doc || (net.state !== "offline" && doc.stamp !== stamp)) return null;
  const cells = makeCells(doc);
  lay(cells, here.filter((record) => record.mark));
  return cells.filter(isMarked).length;
}
function write(element, text) { if (element.textContent !== text) element.textContent = text; }
async function paint({ judge, sheets }) {
  const counts = await outbox.counts(judge);
  paintNet(place, counts);
  alerts(place.querySelector("[data-alerts]"), counts, canReopen() ? [] : [W.noReopen]);
  document.querySelector(".next-sheet")?.toggleAttribute("hidden", net.revoked);
  const records = (await outbox.all()).filter((record) => record.judge === judge), kept = net.revoked ? await outbox.keptOf(judge) : [];
  for (const tile of document.querySelectorAll("a[data-sheet]")) {
    const here = records.filter((record) => record.sheet === tile.dataset.sheet), cards = here.filter((record) => record.answer).length;
    const aside = kept.filter((record) => record.sheet === tile.dataset.sheet).length;
    const text = cards ? many(W.card, W.cards, cards) : here.length ? say(W.notSentHere, here.length) : aside ? many(W.keptOne, W.keptMany, aside) : "";
    const row = sheets.find(({ sheet }) => sheet === tile.dataset.sheet), count = row && marked(row, here);
    const whole = row && count !== null && count >= Number(row.count.split("/")[1]), unfinished = row && ["open", "here"].includes(row.state);
    const entered = whole && unfinished, begun = !entered && count > 0 && row.state === "open"; // the list is from before the last marks
    if (row) {
      tile.dataset.state = entered ? "received" : begun ? "here" : row.state;
      write(tile.querySelector(".count-line"), count === null ? row.count : row.count.replace(/^\d+/, count));
      write(tile.querySelector(".words"), entered ? W.toSign : begun ? W.begun : aside && row.state === "open" ? "" : row.words);
    }
    const line = tile.querySelector("[data-here]") ?? tile.appendChild(h("span", { class: "words here", "data-here": true }));
    write(line, text);
    line.toggleAttribute("data-card", cards > 0);
  }
  narrow();
}
/** The tiles after a change on the server. */
function tiles({ sheets }) {
  for (const sheet of sheets) {
    const tile = document.querySelector(`a[data-sheet="${sheet.sheet}"]`);
    if (!tile) { location.reload(); return; }
    tile.dataset.state = sheet.state; tile.href = sheet.address;
    tile.querySelector(".count-line").textContent = sheet.count;
    tile.querySelector(".words").textContent = sheet.words;
  }
}
