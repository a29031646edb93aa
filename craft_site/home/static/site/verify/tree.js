// The Merkle tree of RFC 6962 and the signed notes of its checkpoints (c2sp.org/signed-note).
import { bytesOf, fromBase64, fromHex, hex, joined, sha256 } from "./hashes.js";

const EMPTY = sha256("");
const node = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

export function leaf(lineHash) {
  return sha256(joined(Uint8Array.of(0), fromHex(lineHash)));
}

// Roots over the first n leaves for any n; whole sub-trees are hashed once.
export class Tree {
  constructor(leaves) {
    this.levels = [leaves];
    while (this.levels.at(-1).length > 1) {
      const below = this.levels.at(-1);
      const above = [];
      for (let n = 0; n + 1 < below.length; n += 2) above.push(node(below[n], below[n + 1]));
      this.levels.push(above);
    }
  }

  root(size) {
    const peaks = [];
    let start = 0;
    for (let level = this.levels.length - 1; level >= 0; level--) {
      const width = 2 ** level;
      if (size - start < width) continue;
      peaks.push(this.levels[level][start / width]);
      start += width;
    }
    return peaks.length ? peaks.reduceRight((right, left) => node(left, right)) : EMPTY;
  }
}

const NOTE = /^(([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/=]{44})\n((?:[^\n]+\n)*))\n((?:\u2014 [^\n]+\n)+)$/;

export function readNote(written) {
  const match = typeof written === "string" && written.length < 20000 ? NOTE.exec(written) : null;
  if (!match) throw new TypeError("not a signed note");
  const root = fromBase64(match[4]);
  if (root.length !== 32) throw new TypeError("not a root");
  const signatures = match[6].split("\n").slice(0, -1).map((line) => {
    const space = line.lastIndexOf(" ");
    const blob = fromBase64(line.slice(space + 1));
    return { name: line.slice(2, space), id: hex(blob.slice(0, 4)), signature: blob.slice(4) };
  });
  return { text: bytesOf(match[1]), origin: match[2], size: Number(match[3]), root, at: match[5].trim(), signatures };
}

export function keyId(name, key) {
  return hex(sha256(joined(bytesOf(`${name}\n\x01`), key)).slice(0, 4));
}
