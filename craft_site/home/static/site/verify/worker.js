// Checks a proof beside the page, so that the page stays alive.
import { verify } from "./checks.js";
import { Unreadable } from "./zip.js";

self.addEventListener("message", async ({ data }) => {
  try {
    const result = await verify(data, (done, total) => self.postMessage({ done, total }));
    self.postMessage({ result });
  } catch (error) {
    if (!(error instanceof Unreadable)) console.error(error);
    self.postMessage({ unreadable: error instanceof Unreadable ? error.message : "no_proof", member: error.member ?? "" });
  }
});
