// What every page of a judge says about the marks on their way: the line at the top, warnings, the way out.
import { W, face, h, many, say } from "./dom.js";
import * as store from "./store.js";
import * as outbox from "./outbox.js";
import { net } from "./sender.js";

let unsent = 0, leaving = false;

export function paintNet(root, counts) {
  const tag = root.querySelector("[data-net]"), button = root.querySelector("[data-send-now]");
  unsent = counts.waiting;
  const state = net.state === "online" && counts.waiting > counts.cards ? "sending" : net.state;
  const unit = counts.waiting ? ` · ${many(W.oneMark, W.manyMarks, counts.waiting)}` : "";
  const text = net.revoked ? W.outOfUse + unit : net.message || (state === "online" ? (unit ? many(W.card, W.cards, counts.cards) : W.online) : W[state] + unit);
  tag.dataset.net = state;
  tag.className = `tag ${net.revoked || ["otherJudge", "stuck"].includes(state) ? "bad" : state === "online" && !counts.waiting ? "good" : "warn"}`;
  if (tag.textContent !== text) tag.replaceChildren(state === "signedOut" ? h("a", { href: `${face.signIn}?next=${encodeURIComponent(location.pathname)}`, "data-leave": true }, text) : text);
  if (!button) return;
  button.hidden = !counts.waiting || state === "sending" || counts.waiting === counts.cards;
  button.disabled = state === "offline"; // the sender asks by itself until somebody answers
  button.textContent = button.disabled ? W.sendsItself : W.sendNow;
}
/** Warnings above the sheet or the list; extra: what the server wants to be known of this sheet. */
export function alerts(place, counts, extra = []) {
  const unsentPage = (text) => h("a", { href: face.unsent, "data-leave": true }, text);
  const lines = [
    net.revoked && W.revoked,
    !store.isKept() && W.notKept,
    counts.old > 0 && unsentPage(many(W.oldUnsent, W.oldUnsentMany, counts.old)),
    counts.others > 0 && (counts.nobody ? many(W.somebodysUnsent, W.somebodysUnsentMany, counts.others) : many(W.othersUnsent, W.othersUnsentMany, counts.others)),
    ...extra,
  ].filter(Boolean);
  const shown = place.dataset.shown, wanted = lines.map((line) => line.textContent ?? line).join("\n");
  place.hidden = !lines.length;
  if (shown === wanted) return;
  place.dataset.shown = wanted;
  place.replaceChildren(...lines.map((line) => h("p", { role: "status", class: line === W.revoked ? "bad" : null }, line)));
}
/** Closing the page with marks that are not sent asks first; going on to another sheet does not. */
export function guardLeaving() {
  document.addEventListener("click", (event) => { if (event.target.closest("a[data-leave]")) leaving = true; }, true);
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => { if (unsent && !leaving) event.preventDefault(); });
}
export function leaveFor(address) { leaving = true; location.assign(address); }

/** Signing out says how many marks stay on this device; the sheets and the shell go, the marks do not. */
export function guardSignOut() {
  for (const form of document.querySelectorAll("form[data-sign-out]")) form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const all = (await outbox.all()).length;
    if (all && !confirm(say(all === 1 ? W.signOutOne : W.signOut, all))) return;
    leaving = true;
    await forget().catch(() => {});
    form.submit();
  });
}
export async function forget() {
  await store.drop("sheets", (await store.all("sheets")).map((doc) => doc.sheet));
  await store.drop("about", ["home", "judge"]);
  for (const name of (await globalThis.caches?.keys()) ?? []) if (name.startsWith("judge-")) await caches.delete(name);
}
