// The page that checks a proof: a file that is chosen or dropped, or the proof of a result of this site.
// Two answers: this page's own checks at once, then the program's, which computes everything again.
import { checkTable, factList, localTime, verdict, words } from "./dom.js";
import { computeAgain, stop } from "./full.js";
import { ready } from "./held.js";

const [box, drop, input] = ["verify", "verify-drop", "verify-file"].map((id) => document.getElementById(id));
const [bar, status, output] = ["verify-progress", "verify-status", "verify-result"].map((id) => document.getElementById(id));
const fetchButton = document.getElementById("verify-fetch");
let worker = null;

box.hidden = false;
document.getElementById("verify-plain")?.remove();

input.addEventListener("change", () => input.files.length && check(input.files[0]));
drop.addEventListener("dragover", (event) => event.preventDefault());
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length) check(event.dataTransfer.files[0]);
});
fetchButton?.addEventListener("click", () => fetchProof());

async function fetchProof() {
  begin(words.fetching);
  if (!ready(fetchProof)) return end(words.not_begun);
  const answer = await fetch(fetchButton.dataset.url, { cache: "no-store" }).catch(() => null);
  if (answer?.ok) start(await answer.arrayBuffer());
  else end(words.unreachable);
}

async function check(file) {
  begin(words.checking);
  if (!ready(() => check(file))) end(words.not_begun);
  else if (file.size > 128 * 2 ** 20) end(words.too_big);
  else start(await file.arrayBuffer());
}

function begin(text) {
  worker?.terminate();
  stop();
  output.replaceChildren();
  bar.hidden = false;
  bar.removeAttribute("value");
  status.textContent = text;
}

function end(text, holds = null) {
  bar.hidden = true;
  status.replaceChildren(...verdict(text, holds));
}

function start(buffer) {
  status.textContent = words.checking;
  const copy = buffer.slice(0);
  worker = new Worker(box.dataset.worker, { type: "module" });
  worker.addEventListener("error", () => end(words.no_proof));
  worker.addEventListener("message", ({ data }) => {
    if (data.unreadable) end((words[data.unreadable] ?? words.no_proof).replace("%(name)s", data.member));
    else if (!data.result) Object.assign(bar, { max: data.total, value: data.done });
    else {
      show(data.result);
      computeAgain(copy);
    }
  });
  worker.postMessage(buffer, [buffer]);
}

function show({ holds, facts, checks }) {
  end(holds ? words.all_hold.replace("%(release)s", facts.release) : words.some_fail, holds);
  const told = checks.map((one) => ({ ...one, name: words.checks[one.check], faults: one.faults.map(sentence) }));
  const rows = [
    [words.lines, facts.lines], [words.marks, facts.marks], [words.withheld, facts.withheld], [words.signed, facts.at && localTime(facts.at)],
    ...(facts.keys ?? []).map((key) => [words.key, key]),
  ];
  output.append(checkTable(told), factList(rows));
}

function sentence({ code, member, line, field }) {
  const where = [member, line === null ? "" : words.line.replace("%(n)s", line), field].filter(Boolean).join(" · ");
  return where ? `${where}${words.colon}${words.faults[code]}` : words.faults[code];
}
