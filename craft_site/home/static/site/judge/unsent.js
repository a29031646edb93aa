// What is still on this device, mark by mark, and the ways out of it: send, file, QR codes, set aside.
import { W, h, many } from "./dom.js";
import { markText } from "./cells.js";
import * as store from "./store.js";
import * as outbox from "./outbox.js";
import * as sender from "./sender.js";
import { alerts, guardLeaving, guardSignOut, paintNet } from "./watch.js";

const place = document.querySelector("[data-unsent-list]");
let docs = new Map();

export async function beginUnsent(judge, token) {
  await store.open();
  await sender.recall();
  docs = new Map((await store.all("sheets")).map((doc) => [doc.sheet, doc]));
  outbox.listen(() => paint(judge));
  sender.watch(() => paint(judge));
  guardLeaving(); guardSignOut();
  place.replaceChildren(h("p", { class: "home-net" }, h("span", { class: "tag plain", "data-net": "online", role: "status" }), h("button", { type: "button", class: "button", "data-send-now": true, hidden: true, on: () => sender.now() }, W.sendNow)),
    h("div", { class: "judge-alerts", "data-alerts": true, hidden: true }), h("div", { class: "stack", "data-records": true }), h("div", { class: "stack", "data-export": true, hidden: true }));
  if (judge) sender.start(judge, token);
  await paint(judge);
}
async function paint(judge) {
  const records = (await outbox.all()).filter((record) => !judge || record.judge === judge), aside = (await outbox.aside()).filter((record) => !judge || record.judge === judge);
  const counts = await outbox.counts(judge);
  paintNet(place, counts);
  alerts(place.querySelector("[data-alerts]"), { ...counts, old: 0 });
  place.querySelector("[data-records]").replaceChildren(...[
    h("h2", {}, records.length ? many(W.unsentOne, W.unsentMany, records.length) : W.nothingUnsent),
    records.length > 0 && table(records.filter((record) => record.mark), (record) => record.answer && h("button", { type: "button", class: "button", "data-aside": record.n, on: () => outbox.setAside([record.n]) }, W.setAside)),
    aside.length > 0 && h("h2", {}, W.asideTitle), aside.length > 0 && h("p", { class: "small" }, W.asideWords), aside.length > 0 && table(aside, () => null),
  ].filter(Boolean)); // replaceChildren writes "false" out
  const exit = place.querySelector("[data-export]");
  exit.hidden = !records.length && !aside.length;
  if (!exit.hidden && !exit.firstChild) {
    const shown = h("div", { "data-qr": true });
    const package_ = async () => { const module = await import("./export.js"); return [module, await module.content(judge)]; };
    exit.append(h("h2", {}, W.lastResort), h("p", { class: "small" }, W.exportWords), h("p", { class: "row" },
      h("button", { type: "button", class: "button", "data-save-file": true, on: async () => { const [module, content] = await package_(); await module.saveFile(content); } }, W.saveFile),
      h("button", { type: "button", class: "button", "data-show-qr": true, on: async () => { const [module, content] = await package_(); await module.showCodes(shown, content); } }, W.showCodes)), shown);
  }
}
const isKept = (record) => record.answer?.status === "quarantined";
const table = (records, more) => h("ul", { class: "unsent-list" }, records.map((record) => {
  const mark = record.mark, doc = docs.get(record.sheet), cell = doc?.cells.find((one) => one.code === mark.aspect);
  const value = cell && !mark.withdraw ? markText(cell, mark) : mark.not_done ? W.notDone : Array.isArray(mark.values) ? mark.values.map((v) => v ?? "–").join(" · ") : Object.entries(mark.values).map(([code, n]) => `${code} × ${n}`).join(W.comma) || W.nothing;
  return h("li", { "data-record": record.client_id, "data-state": isKept(record) ? "kept" : record.answer ? "conflict" : "here" }, h("b", {}, record.work || doc?.code || ""), h("span", {}, `${mark.aspect} ${cell?.name ?? ""}`), h("span", { class: "unsent-value" }, value),
    h("span", { class: "small" }, isKept(record) ? W.kept : record.answer ? record.answer.message || W.refused : new Date(record.saved_at).toLocaleTimeString(document.documentElement.lang)),
    record.answer && !record.aside_at && doc && h("a", { href: `${doc.address}?aspect=${encodeURIComponent(mark.aspect)}`, "data-leave": true }, W.decide), more(record));
}));
