// What both lists of the page are made of.
export const words = JSON.parse(document.getElementById("verify-words").textContent);

export function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const ICONS = document.getElementById("verify").dataset.icons;

// Holds or not, told by word, sign and colour.
function answerTag(holds) {
  const tag = element("span", "", { class: `tag ${holds ? "good" : "bad"}` });
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of [["class", "icon"], ["aria-hidden", "true"], ["focusable", "false"]]) icon.setAttribute(key, value);
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${ICONS}#${holds ? "good" : "error"}`);
  icon.append(use);
  tag.append(icon, holds ? words.holds : words.fails);
  return tag;
}

// What a status line holds: its text, after the answer when there is one (holds: null while there is none).
export const verdict = (text, holds) => (holds === null ? [text] : [answerTag(holds), ` ${text}`]);

// One row a check: {check, name, holds, faults}; holds null: was not asked. faults: texts, the first twelve are shown.
export function checkTable(checks) {
  const table = element("table", "", { class: "cards" });
  const head = table.createTHead().insertRow();
  for (const label of [words.check, words.answer]) head.append(element("th", label, { scope: "col" }));
  const body = table.createTBody();
  for (const { check, name, holds, faults } of checks) {
    const row = body.insertRow();
    row.dataset.check = check;
    row.dataset.holds = holds;
    row.append(element("td", name, { class: "lead", "data-label": words.check }));
    const cell = element("td", "", { "data-label": words.answer });
    cell.append(answerTag(holds));
    if (faults.length) cell.append(faultList(faults));
    row.append(cell);
  }
  return table;
}

function faultList(faults) {
  const list = element("ul", "", { class: "stack close small" });
  for (const fault of faults.slice(0, 12)) list.append(element("li", fault));
  if (faults.length > 12) list.append(element("li", words.more.replace("%(n)s", faults.length - 12)));
  return list;
}

export function factList(rows) {
  const list = element("dl", "", { class: "answers" });
  for (const [label, value] of rows) {
    if (value === undefined) continue;
    const pair = element("div");
    pair.append(element("dt", label), element("dd", String(value), { class: "mono small" }));
    list.append(pair);
  }
  return list;
}

// A time of the ledger (UTC, to the microsecond) as the reader's clock shows it, with the zone of that clock.
const CLOCK = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "longOffset" };
export const localTime = (stamp) =>
  new Date(stamp.replace(/(\.\d{3})\d*Z$/, "$1Z")).toLocaleString(document.documentElement.lang, CLOCK);
