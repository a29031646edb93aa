// Keeps an open page up to date: asks every 15 to 20 seconds while somebody looks at it, with the stamp of what is known.
import { ask, net, report, send } from "./sender.js";
import * as store from "./store.js";

const EVERY = 15_000;

/** take(body) whenever the address answers something else than the stamp says; follow.now() asks at once. version() of
 * what is known otherwise: an answer that was asked for before it changed is old. */
export function follow(address, stamp, take, version = () => 0) {
  let timer = 0, asked = 0, known = 0; // of two questions under way the answer to the later one counts
  const look = async () => {
    clearTimeout(timer);
    if (!document.hidden) await once().catch(() => net.state === "online" && report("offline"));
    timer = setTimeout(look, EVERY * (1 + Math.random() / 3));
  };
  const once = async () => {
    const turn = ++asked, before = version(), { status, body } = await ask(address, stamp ? { headers: { "If-None-Match": `"${stamp}"` } } : {});
    if (status === 401 && net.state === "online") report("signedOut");
    if (status === 200 && version() !== before) return look();
    if ([200, 304].includes(status) && turn > known) {
      known = turn;
      if (status === 200) { stamp = body.stamp; await take(body); }
    }
    if ([200, 304].includes(status) && net.state === "offline") send();
  };
  document.addEventListener("visibilitychange", () => document.hidden || look());
  timer = setTimeout(look, EVERY);
  follow.now = look;
}
follow.now = () => {};

/** The sheet as the server last told it, for when there is no network. */
export const keepSheet = (doc) => store.put("sheets", { ...doc, start: undefined }).catch(() => {});
