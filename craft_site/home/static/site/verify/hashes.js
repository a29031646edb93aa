// SHA-256 and SHA-512 over bytes, at once: a chain of thousands of lines is one hash after another, and a page on a
// hall's own network has no crypto.subtle (it is for https and localhost alone).

const text = new TextEncoder();
const ROUND = primes(64).map((prime) => fraction(Math.cbrt(prime)));
const START = primes(8).map((prime) => fraction(Math.sqrt(prime)));

function primes(count) {
  const found = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime)) found.push(n);
  return found;
}

function fraction(number) {
  return ((number - Math.floor(number)) * 2 ** 32) >>> 0;
}

export function bytesOf(value) {
  return typeof value === "string" ? text.encode(value) : value;
}

export function hex(bytes) {
  let found = "";
  for (const byte of bytes) found += byte.toString(16).padStart(2, "0");
  return found;
}

export function fromHex(digits) {
  if (typeof digits !== "string" || digits.length % 2 || /[^0-9a-f]/.test(digits)) throw new TypeError("not hexadecimal");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function fromBase64(written) {
  const found = Uint8Array.from(atob(written), (sign) => sign.charCodeAt(0));
  if (toBase64(found) !== written) throw new TypeError("not base64 as it should be");
  return found;
}

export function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

export function joined(...parts) {
  const found = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    found.set(part, at);
    at += part.length;
  }
  return found;
}

function padded(bytes, block) {
  const found = new Uint8Array(Math.ceil((bytes.length + 1 + block / 8) / block) * block);
  found.set(bytes);
  found[bytes.length] = 0x80;
  new DataView(found.buffer).setUint32(found.length - 8, Math.floor(bytes.length / 2 ** 29));
  new DataView(found.buffer).setUint32(found.length - 4, (bytes.length << 3) >>> 0);
  return found;
}

export function sha256(value) {
  const view = new DataView(padded(bytesOf(value), 64).buffer);
  const state = Uint32Array.from(START);
  const words = new Uint32Array(64);
  const turn = (word, by) => (word >>> by) | (word << (32 - by));
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let n = 0; n < 16; n++) words[n] = view.getUint32(at + 4 * n);
    for (let n = 16; n < 64; n++) {
      const a = words[n - 15];
      const b = words[n - 2];
      const low = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
      const high = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
      words[n] = words[n - 16] + low + words[n - 7] + high;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let n = 0; n < 64; n++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[n] + words[n]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, n) => (state[n] += word));
  }
  const found = new DataView(new ArrayBuffer(32));
  state.forEach((word, n) => found.setUint32(4 * n, word));
  return new Uint8Array(found.buffer);
}

export function sha256Hex(value) {
  return hex(sha256(value));
}

// Only for signatures where the browser has no Ed25519: a handful of short texts, so BigInt is quick enough.
const MASK = (1n << 64n) - 1n;

function root(value, degree) {
  let low = 0n;
  let high = value;
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle ** degree <= value) low = middle;
    else high = middle - 1n;
  }
  return low & MASK;
}

export function sha512(value) {
  const rounds = primes(80).map((prime) => root(BigInt(prime) << 192n, 3n));
  const state = primes(8).map((prime) => root(BigInt(prime) << 128n, 2n));
  const view = new DataView(padded(bytesOf(value), 128).buffer);
  const turn = (word, by) => ((word >> by) | (word << (64n - by))) & MASK;
  for (let at = 0; at < view.byteLength; at += 128) {
    const words = [];
    for (let n = 0; n < 16; n++) words.push(view.getBigUint64(at + 8 * n));
    for (let n = 16; n < 80; n++) {
      const a = words[n - 15];
      const b = words[n - 2];
      const low = turn(a, 1n) ^ turn(a, 8n) ^ (a >> 7n);
      const high = turn(b, 19n) ^ turn(b, 61n) ^ (b >> 6n);
      words.push((words[n - 16] + low + words[n - 7] + high) & MASK);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let n = 0; n < 80; n++) {
      const one = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & MASK & g)) + rounds[n] + words[n];
      const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & MASK, c, b, a, (one + two) & MASK];
    }
    [a, b, c, d, e, f, g, h].forEach((word, n) => (state[n] = (state[n] + word) & MASK));
  }
  const found = new DataView(new ArrayBuffer(64));
  state.forEach((word, n) => found.setBigUint64(8 * n, word));
  return new Uint8Array(found.buffer);
}
