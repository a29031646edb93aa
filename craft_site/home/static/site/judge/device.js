// Makes this device fit for a hall without network: the worker that keeps the shell, and storage that stays.
import { face } from "./dom.js";

export const canReopen = () => "serviceWorker" in navigator;
export async function prepare() {
  navigator.storage?.persist?.().catch(() => {});
  if (canReopen()) await navigator.serviceWorker.register(face.worker, { scope: face.home }).catch(() => {});
}
