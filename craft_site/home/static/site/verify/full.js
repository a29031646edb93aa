// The whole of it: verify_contest.py itself, run by a Python in a worker (templates/competitions/public/verify_engine.js).
import { checkTable, element, factList, verdict, words } from "./dom.js";
import { options } from "./held.js";

const box = document.getElementById("verify-full");
const [bar, status, output] = ["progress", "status", "result"].map((id) => document.getElementById(`verify-full-${id}`));
let worker = null;
let alarm = 0;

export function stop() {
  worker?.terminate();
  worker = null;
  clearTimeout(alarm);
  output.replaceChildren();
  box.hidden = true;
}

// buffer is handed over: the caller keeps a copy of its own.
export function computeAgain(buffer) {
  stop();
  box.hidden = false;
  bar.hidden = false;
  bar.removeAttribute("value");
  status.textContent = words.python;
  if (typeof WebAssembly !== "object") return end(words.no_python);
  worker = new Worker(box.dataset.engine, { type: "module" });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    end(words.no_python);
  });
  worker.addEventListener("message", ({ data }) => heard(data));
  worker.postMessage({ proof: buffer, options: ["--lang", box.dataset.language, ...options()] }, [buffer]);
  wait();
}

// A Python that says nothing for so long does not come any more.
function wait() {
  clearTimeout(alarm);
  alarm = setTimeout(() => end(words.too_slow), words.patience * 1000);
}

function heard(data) {
  wait();
  if (data.loaded) Object.assign(bar, { max: data.of, value: data.loaded });
  else if (data.stage) {
    bar.removeAttribute("value");
    status.textContent = words[data.stage];
  } else if (data.answer) show(data);
  else end(`${words.no_python} (${data.failed})`);
}

function end(text, holds = null) {
  worker?.terminate();
  worker = null;
  clearTimeout(alarm);
  bar.hidden = true;
  status.replaceChildren(...verdict(text, holds));
}

function show({ answer, sha256, code }) {
  if (answer.unreadable) return end(answer.unreadable);
  const asked = answer.checks.filter(({ holds }) => holds !== null);
  end((code === 0 ? words.full_holds : words.full_fails).replace("%(n)s", asked.length), code === 0);
  const checks = asked.map((one) => ({ ...one, faults: one.faults.map(({ message }) => message) }));
  const notes = element("ul", "", { class: "stack close small wrap-anywhere" });
  for (const { message } of answer.notes) notes.append(element("li", message));
  output.append(checkTable(checks), notes);
  output.append(factList([[words.program, sha256], [words.exit_code, code]]));
}
