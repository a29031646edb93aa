// What this device keeps, in IndexedDB: the queue of marks, what was set aside, the sheets, and its own name.
// A connection is opened for each transaction and a failed one is tried again once: WebKit kills the connections of
// tabs in the background. "strict" makes the browser wait for the disk before it says that a mark is kept.
const NAME = "judge", VERSION = 2;
let memory = null; // where nothing can be kept, marks live as long as the page
export const isKept = () => memory === null;

function upgrade(db, transaction, from) {
  const queue = db.createObjectStore("queue", { keyPath: "n", autoIncrement: true });
  queue.createIndex("client_id", "client_id", { unique: true });
  db.createObjectStore("aside", { keyPath: "client_id" });
  db.createObjectStore("sheets", { keyPath: "sheet" });
  db.createObjectStore("about");
  if (from === 1) { // the first outbox: one flat store; its marks go over in the order they were entered
    const asked = transaction.objectStore("outbox").getAll();
    asked.onsuccess = () => {
      asked.result.sort((a, b) => (a.client_at < b.client_at ? -1 : 1)).forEach((record) => queue.add(record));
      db.deleteObjectStore("outbox");
    };
  }
}
function connect() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = (event) => upgrade(asked.result, asked.transaction, event.oldVersion);
    asked.onsuccess = () => { asked.result.onversionchange = () => asked.result.close(); done(asked.result); };
    asked.onerror = () => fail(asked.error);
  });
}
async function once(names, mode, work) {
  const db = await connect();
  try {
    return await new Promise((done, fail) => {
      const transaction = db.transaction(names, mode, { durability: "strict" });
      let result;
      transaction.oncomplete = () => done(result);
      transaction.onabort = transaction.onerror = () => fail(transaction.error ?? new Error("aborted"));
      work((name) => transaction.objectStore(name), (value) => { result = value; });
    });
  } finally { db.close(); }
}
async function run(names, mode, work) {
  try { return await once(names, mode, work); } catch { return once(names, mode, work); }
}
function useMemory() {
  memory ??= { queue: new Map(), aside: new Map(), sheets: new Map(), about: new Map(), last: 0 };
  return memory;
}
export async function open() {
  try { await run(["about"], "readonly", () => {}); } catch { useMemory(); }
}

export function all(name) {
  if (memory) return Promise.resolve([...memory[name].values()]);
  return run([name], "readonly", (of, give) => { const asked = of(name).getAll(); asked.onsuccess = () => give(asked.result); });
}
export function get(name, key) {
  if (memory) return Promise.resolve(memory[name].get(key));
  return run([name], "readonly", (of, give) => { const asked = of(name).get(key); asked.onsuccess = () => give(asked.result); });
}
export function put(name, value, key) {
  if (memory) return Promise.resolve(void memory[name].set(key ?? value.sheet, value));
  return run([name], "readwrite", (of) => of(name).put(value, key));
}
export function drop(name, keys) {
  if (memory) return Promise.resolve(keys.forEach((key) => memory[name].delete(key)));
  return run([name], "readwrite", (of) => keys.forEach((key) => of(name).delete(key)));
}

// The queue changes by reading all of it and writing the difference in the same transaction, so that two tabs cannot
// undo each other's change. decide(records) answers {put, drop, aside, sheets}; sheets: for the number of a kept sheet, what
// changes in it. A new record has no number yet; one that is
// there already (the retry of a write that had come through) is not added again.
export function change(decide) {
  if (memory) {
    const { put: write = [], drop: gone = [], aside = [], sheets = new Map() } = decide([...memory.queue.values()]);
    for (const record of write) { record.n ??= ++memory.last; memory.queue.set(record.n, record); }
    for (const n of gone) memory.queue.delete(n);
    for (const record of aside) memory.aside.set(record.client_id, record);
    for (const [uuid, edit] of sheets) if (memory.sheets.has(uuid)) edit(memory.sheets.get(uuid));
    return Promise.resolve();
  }
  return run(["queue", "aside", "sheets"], "readwrite", (of) => {
    const queue = of("queue"), asked = queue.getAll();
    asked.onsuccess = () => {
      const known = new Set(asked.result.map((record) => record.client_id));
      const { put: write = [], drop: gone = [], aside = [], sheets = new Map() } = decide(asked.result);
      for (const record of write) if (record.n !== undefined || !known.has(record.client_id)) queue.put(record);
      for (const n of gone) queue.delete(n);
      for (const record of aside) of("aside").put(record);
      for (const [uuid, edit] of sheets) {
        const held = of("sheets").get(uuid);
        held.onsuccess = () => { if (held.result) { edit(held.result); of("sheets").put(held.result); } };
      }
    };
  });
}
