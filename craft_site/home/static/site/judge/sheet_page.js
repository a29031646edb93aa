// Entry point of a sheet that came from the server.
import * as store from "./store.js";
import { begin } from "./sheet.js";
import { keepFromAnyPage, keepJudge } from "./keeping.js";

const doc = JSON.parse(document.getElementById("sheet-page").textContent);
const token = document.querySelector("[data-token] [name=csrfmiddlewaretoken]")?.value;
await store.open();
await keepJudge(doc.judge);
await begin(document.querySelector(".judge"), doc, token);
await keepFromAnyPage(doc.judge);
