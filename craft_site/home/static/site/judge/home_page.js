// Entry point of the list of sheets that came from the server.
import { beginHome } from "./home.js";

const index = JSON.parse(document.getElementById("judge-index").textContent);
beginHome(index, document.querySelector("[data-token] [name=csrfmiddlewaretoken]")?.value);
