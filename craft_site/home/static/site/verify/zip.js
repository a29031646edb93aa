// The members of a zip, by its central directory. What it says of sizes is never trusted.

const MOST_FILE = 128 << 20;
const MOST_UNPACKED = 320 << 20;
const MOST_MEMBERS = 40;

// message: why, a word of the page; member: which file of the zip, "" for the zip as a whole.
export class Unreadable extends Error {
  constructor(message, member = "") {
    super(message);
    this.member = member;
  }
}

export async function readZip(buffer) {
  if (buffer.byteLength > MOST_FILE) throw new Unreadable("too_big");
  const view = new DataView(buffer);
  const end = endOfDirectory(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count > MOST_MEMBERS) throw new Unreadable("too_big");
  const found = new Map();
  let left = MOST_UNPACKED;
  for (let n = 0; n < count; n++) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) throw new Unreadable("not_zip");
    const [method, packed] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true)];
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const name = new TextDecoder().decode(new Uint8Array(buffer, at + 46, nameLength));
    if (!/^[A-Za-z0-9_.-]{1,60}$/.test(name) || found.has(name)) throw new Unreadable("not_zip");
    const local = view.getUint32(at + 42, true);
    if (local + 30 > at || view.getUint32(local, true) !== 0x04034b50) throw new Unreadable("damaged", name);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (start + packed > end) throw new Unreadable("damaged", name);
    const content = await unpacked(new Uint8Array(buffer, start, packed), method, left, name);
    left -= content.length;
    found.set(name, content);
    at += 46 + nameLength + extra + comment;
  }
  return found;
}

function endOfDirectory(view) {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 65535); at--) {
    if (view.getUint32(at, true) === 0x06054b50) return at;
  }
  throw new Unreadable("not_zip");
}

async function unpacked(packed, method, most, name) {
  if (method === 0) return packed.slice();
  if (method !== 8) throw new Unreadable("damaged", name);
  const parts = [];
  let size = 0;
  try {
    const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > most) throw new Unreadable("too_big");
      parts.push(value);
    }
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable("damaged", name);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
