// On the judge's pages that send nothing themselves: says that this device is revoked, as it was last told.
import * as store from "./store.js";

await store.open();
document.querySelector("[data-out-of-use]").hidden = !(await store.get("about", "revoked"));
