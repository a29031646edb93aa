// The last resort: unsent marks as a file, or as QR codes that another device reads off this screen.
import { W, h, say } from "./dom.js";
import * as outbox from "./outbox.js";

const FRAME = 420; // characters a code: read by any phone from an arm's length
const PACE = 900;
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const digest = async (text) => hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));

const flat = ({ client_id: id, sheet, work, mark, answer }) => ({ client_id: id, sheet, work, ...mark, ...(answer ? { answer: answer.status } : {}) });
/** All that is unsent or set aside on this device, as one text: unsent.py reads it back. */
export async function content(judge) {
  const [records, aside] = [await outbox.all(), await outbox.aside()].map((list) => list.filter((r) => r.v === outbox.SCHEMA && (!judge || r.judge === judge)));
  return JSON.stringify({ judge: judge || records[0]?.judge || aside[0]?.judge, device: await outbox.device(), made_at: new Date().toISOString(), marks: records.map(flat), set_aside: aside.map(flat) });
}
export async function saveFile(text) {
  const whole = JSON.stringify({ format: "unsent-marks", version: 1, sha256: await digest(text), content: text }, null, 1);
  const address = URL.createObjectURL(new Blob([whole], { type: "application/json" }));
  const link = h("a", { href: address, download: `unsent-marks-${new Date().toISOString().slice(0, 16).replace(/\D/g, "")}.json` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
/** MARKS1/first digits of the digest/number/of how many/part of base64url(deflated text). */
export async function frames(text) {
  const packed = await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer();
  const letters = btoa(String.fromCharCode(...new Uint8Array(packed))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const parts = letters.match(new RegExp(`.{1,${FRAME}}`, "g")), mark = (await digest(text)).slice(0, 12);
  return parts.map((part, at) => `MARKS1/${mark}/${at + 1}/${parts.length}/${part}`);
}
export async function showCodes(place, text) {
  const { generate } = await import("./vendor/lean-qr.js");
  const all = await frames(text), canvas = h("canvas", { class: "qr", role: "img" }), line = h("p", { class: "qr-line", role: "status" });
  let at = 0, running = true;
  const show = () => {
    generate(all[at]).toCanvas(canvas, { on: [0, 0, 0], off: [255, 255, 255] });
    line.textContent = say(W.codeOf, at + 1, all.length);
    canvas.dataset.text = all[at];
    canvas.setAttribute("aria-label", line.textContent);
  };
  const move = (by) => { at = (at + by + all.length) % all.length; show(); };
  const pause = h("button", { type: "button", class: "button", on: () => { running = !running; pause.textContent = running ? W.pause : W.goOn; } }, W.pause);
  place.replaceChildren(canvas, line, all.length < 2 ? "" : h("p", { class: "row" }, h("button", { type: "button", class: "button", "aria-label": W.previousCode, on: () => { running = false; move(-1); } }, "←"), pause, h("button", { type: "button", class: "button", "aria-label": W.nextCode, on: () => { running = false; move(1); } }, "→")));
  show();
  clearInterval(showCodes.clock);
  if (all.length > 1) showCodes.clock = setInterval(() => running && move(1), PACE);
}
