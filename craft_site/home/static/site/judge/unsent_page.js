// Entry point of the page of unsent marks that came from the server.
import * as store from "./store.js";
import { beginUnsent } from "./unsent.js";
import { keepFromAnyPage, keepJudge } from "./keeping.js";

const { judge } = document.querySelector("[data-unsent-list]").dataset;
await store.open();
await keepJudge(judge);
await beginUnsent(judge, document.querySelector("[data-token] [name=csrfmiddlewaretoken]")?.value);
await keepFromAnyPage(judge);
