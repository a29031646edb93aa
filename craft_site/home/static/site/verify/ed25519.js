// Ed25519 (RFC 8032): by the browser where it can, else by hand. Nothing here is secret.
import { joined, sha512 } from "./hashes.js";

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (value) => ((value % P) + P) % P;

function power(base, exponent) {
  let found = 1n;
  for (base = mod(base); exponent; exponent >>= 1n) {
    if (exponent & 1n) found = (found * base) % P;
    base = (base * base) % P;
  }
  return found;
}

const D = mod(-121665n * power(121666n, P - 2n));
const I = power(2n, (P - 1n) / 4n);

function little(bytes) {
  let found = 0n;
  for (let at = bytes.length - 1; at >= 0; at--) found = (found << 8n) | BigInt(bytes[at]);
  return found;
}

function point(bytes) {
  const number = little(bytes);
  const y = number & ((1n << 255n) - 1n);
  const sign = number >> 255n;
  if (y >= P) return null;
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  if (square === 0n) return sign ? null : [0n, y, 1n, 0n];
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square)) x = mod(x * I);
  if (mod(x * x - square)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

function add(p, q) {
  const a = mod((p[1] - p[0]) * (q[1] - q[0]));
  const b = mod((p[1] + p[0]) * (q[1] + q[0]));
  const c = mod(2n * p[3] * q[3] * D);
  const d = mod(2n * p[2] * q[2]);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(scalar, base) {
  let found = [0n, 1n, 1n, 0n];
  for (; scalar; scalar >>= 1n) {
    if (scalar & 1n) found = add(found, base);
    base = add(base, base);
  }
  return found;
}

const BASE = point(Uint8Array.from({ length: 32 }, (_, n) => (n ? 0x66 : 0x58)));

export function holdsByHand(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const [a, r, s] = [point(key), point(signature.slice(0, 32)), little(signature.slice(32))];
  if (!a || !r || s >= ORDER) return false;
  const h = little(sha512(joined(signature.slice(0, 32), key, message))) % ORDER;
  const [left, right] = [times(s, BASE), add(r, times(h, a))];
  return !mod(left[0] * right[2] - right[0] * left[2]) && !mod(left[1] * right[2] - right[1] * left[2]);
}

export async function holds(key, message, signature) {
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  } catch {
    return holdsByHand(key, message, signature);
  }
  return crypto.subtle.verify("Ed25519", imported, signature, message);
}
