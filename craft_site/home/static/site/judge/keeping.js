// What a device keeps for the time without network: whose it is, the list, every sheet of it, the shell of today.
import { face } from "./dom.js";
import * as store from "./store.js";
import * as outbox from "./outbox.js";
import * as sender from "./sender.js";
import { canReopen, prepare } from "./device.js";

/** Whose marks this device takes now. Any page of the judge that came from the server says it, before all else. */
export const keepJudge = (judge) => store.put("about", judge, "judge").catch(() => {});

/** The list as this device knows it: {judge, sheets}; without one, the sheets that were opened here; else nothing. */
export async function knownHome() {
  const home = await store.get("about", "home"), judge = (await store.get("about", "judge")) ?? home?.judge;
  if (!judge || home?.judge === judge) return home;
  const mine = (await store.all("sheets")).filter((doc) => doc.judge === judge);
  const marked = (doc) => doc.cells.filter((cell) => cell.revision > 0).length;
  return { judge, stamp: "", sheets: mine.map((doc) => ({ sheet: doc.sheet, code: doc.code, group: doc.layer, sheet_address: doc.address, state: "open", count: `${marked(doc)} / ${doc.cells.length}`, words: "" })) };
}
/** The sheet beside this one that still wants marks, as far as this device knows; rel: "previous" or "following". */
export async function openBeside(doc, rel) {
  let address = doc[rel];
  for (let turn = 0; address && turn < 500; turn += 1) {
    const kept = await store.get("sheets", address.match(/[0-9a-f-]{36}/)?.[0]);
    if (!kept?.closed || kept.judge !== doc.judge || !kept[rel]) break;
    address = kept[rel];
  }
  return address;
}
/** A day that begins on a sheet, not on the list: the device is made ready all the same, once for each judge. */
export async function keepFromAnyPage(judge) {
  await prepare();
  if ((await store.get("about", "home"))?.judge === judge) return;
  const { status, body } = await sender.alone(() => sender.ask(face.index)).catch(() => ({}));
  if (status === 200 && body.judge === judge) await keep(body);
}
/** Fetches the sheets that have changed, two at a time, and forgets those that are no longer this judge's.
 * tell(ready, all) as they come in. */
export async function keep(index, tell = () => {}) {
  const mine = new Map(index.sheets.map((sheet) => [sheet.sheet, sheet]));
  const held = new Map((await store.all("sheets")).map((doc) => [doc.sheet, doc]));
  await store.drop("sheets", [...held.values()].filter((doc) => doc.judge !== index.judge || !mine.has(doc.sheet)).map((doc) => doc.sheet));
  await store.drop("aside", (await outbox.aside()).filter((r) => r.judge === index.judge && !mine.has(r.sheet)).map((r) => r.client_id));
  await store.put("about", index, "home");
  await keepJudge(index.judge);
  const wanted = index.sheets.filter((sheet) => held.get(sheet.sheet)?.stamp !== sheet.stamp || held.get(sheet.sheet)?.judge !== index.judge);
  let ready = index.sheets.length - wanted.length;
  const fetchNext = async () => {
    for (let sheet; (sheet = wanted.shift());) {
      try {
        const status = await sender.alone(async () => { // no mark goes out meanwhile: the document would be from before it
          const { status, body } = await sender.ask(sheet.document);
          if (status === 200) await store.put("sheets", body);
          return status;
        });
        if (status === 200) { ready += 1; tell(ready, mine.size); }
      } catch { return; } // no network now; the next look at the list goes on
    }
  };
  tell(ready, mine.size);
  await Promise.all([fetchNext(), fetchNext()]);
  if (!canReopen()) return;
  (await navigator.serviceWorker.getRegistration(face.home))?.active?.postMessage("shell"); // in the language of today
}
