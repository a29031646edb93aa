// What the reader has from elsewhere: a public key and a receipt. Their form is checked before anything else is.
import { words } from "./dom.js";

const FIELDS = {
  key: { form: /^[^\s+]{1,200}\+[0-9A-Fa-f]{8}\+[0-9A-Za-z+/]+={0,2}$/, fault: words.bad_key },
  receipt: { form: /^#?\s*(\d{1,9})[\s:]+([0-9A-Fa-f]{6,64})$/, fault: words.bad_receipt },
};
const box = document.getElementById("verify-elsewhere");
const inputs = Object.keys(FIELDS).map((id) => document.getElementById(`verify-${id}`));
let waiting = null;

for (const input of inputs) {
  input.addEventListener("change", () => {
    const work = waiting;
    if (fits(input) && work && inputs.every(fits)) {
      waiting = null;
      work();
    }
  });
}

// Digits and letters of full width are typed with a Chinese keyboard and mean the same.
const valueOf = (input) => input.value.normalize("NFKC").trim();

// Whether that field is empty or well formed; else its error stands beside it.
function fits(input) {
  const { form, fault } = FIELDS[input.id.replace("verify-", "")];
  const wrong = valueOf(input) !== "" && !form.test(valueOf(input));
  const told = document.getElementById(`${input.id}-error`);
  told.hidden = !wrong;
  told.querySelector("[data-text]").textContent = wrong ? fault : "";
  input.closest(".field").classList.toggle("bad", wrong);
  if (wrong) {
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", told.id);
  } else {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
  return !wrong;
}

// Whether the check may begin. When not, the first wrong field is shown, and `work` is done once all are right.
export function ready(work) {
  const wrong = inputs.filter((input) => !fits(input));
  waiting = wrong.length ? work : null;
  if (wrong.length) {
    box.open = true;
    wrong[0].focus();
  }
  return !wrong.length;
}

// Both as options of the program.
export function options() {
  const [key, receipt] = inputs.map(valueOf);
  const [, number, code] = receipt.match(FIELDS.receipt.form) ?? [];
  return [...(key ? [`--key=${key}`] : []), ...(code ? [`--receipt=${number}:${code}`] : [])];
}
