// Small things that every module of the judge's pages needs: elements, icons, words.
export const face = JSON.parse(document.getElementById("judge-face").textContent); // words and addresses
export const W = face.words;
export const say = (text, ...parts) => parts.reduce((t, part) => t.replace("%s", part), text);
export const many = (one, more, n) => say(n === 1 ? one : more, n);

export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "on") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}
export function sign(id, kind = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), use = document.createElementNS(svg.namespaceURI, "use");
  use.setAttribute("href", `#${id}`);
  if (kind) svg.setAttribute("class", kind);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}
