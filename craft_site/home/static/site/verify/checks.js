// What a browser checks of a proof: everything but the arithmetic of the marks, which verify_contest.py computes again.
// docs/proof.md is the format. A check is named by the same word as there; a fault by what, file, line and field.
import { canonical } from "./canonical.js";
import { holds } from "./ed25519.js";
import { fromBase64, hex, sha256Hex } from "./hashes.js";
import { keyId, leaf, readNote, Tree } from "./tree.js";
import { readZip, Unreadable } from "./zip.js";

export const FORMAT = "skills-proof/1";
export const CHECKS = [
  "manifest", "chain", "complete", "tree", "signatures", "scheme", "draws", "codes", "sheets", "release", "rows", "recheck",
];
const MEMBERS = [
  "README.txt", "manifest.json", "scheme.json", "release.json", "rows.json", "ledger.jsonl", "checkpoints.json", "keys.json",
  "draws.json", "codes.json",
];
// Kinds of lines that no proof may withhold: those on which a result rests (NEEDED in verify_contest.py).
const NEEDED = new Set(
  ("award.chosen component.corrected component.entered correction.amended correction.approved correction.requested " +
    "credit.decided credit.proposed draw.committed draw.drawn draw.thrown draw.voided entry.absent entry.checked_in " +
    "entry.disqualified entry.withdrawn event.moved mark.corrected mark.entered penalty.approved penalty.lifted " +
    "penalty.ordered penalty.proposed play.corrected play.started play.stopped recheck.committed recheck.drawn " +
    "result.published scheme.adopted scheme.edited seat.left sheet.chief_signed sheet.issued sheet.reopened sheet.signed " +
    "sheet.witnessed sheets.issued station.late team.dropped team.members").split(" "),
);
const LINE_SHAPE = { actor: "string", at: "string", chain: "string", facts: "object", kind: "string", seq: "number", subject: "string" };

class Report {
  constructor() {
    this.faults = new Map(CHECKS.map((check) => [check, []]));
    this.facts = {};
  }

  no(check, code, member = "", line = null, field = "") {
    this.faults.get(check).push({ code, member, line, field });
  }

  // What no genuine file holds ends a part of the checking with a fault, never the page.
  async part(check, work) {
    try {
      return await work();
    } catch {
      this.no(check, "malformed");
      return undefined;
    }
  }

  result() {
    const checks = CHECKS.map((check) => ({ check, faults: this.faults.get(check), holds: !this.faults.get(check).length }));
    return { checks, facts: this.facts, holds: checks.every((one) => one.holds) };
  }
}

function read(members, name) {
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(members.get(name)));
}

export async function verify(buffer, progress = () => {}) {
  const members = await readZip(buffer);
  const report = new Report();
  const manifest = checkManifest(members, report);
  progress(1, 6);
  const ledger = (await report.part("chain", () => readLedger(members, manifest, report, progress))) ?? { bodies: [null], hashes: [] };
  progress(3, 6);
  await report.part("tree", () => checkCheckpoints(members, manifest, ledger, report));
  progress(4, 6);
  const published = ledger.bodies[manifest.published_seq]?.facts ?? {};
  await report.part("scheme", () => checkScheme(members, ledger, published, report));
  await report.part("release", () => checkRelease(members, manifest, published, report));
  await report.part("draws", () => checkDraws(members, ledger, report));
  progress(5, 6);
  await report.part("sheets", () => checkSheets(ledger, report));
  await report.part("recheck", () => checkRecheck(ledger, report));
  await report.part("rows", () => checkRows(members, published, report));
  progress(6, 6);
  report.facts.release = String(manifest.release);
  report.facts.lines = ledger.bodies.length - 1;
  return report.result();
}

function checkManifest(members, report) {
  if (!members.has("manifest.json")) throw new Unreadable("no_proof");
  let manifest;
  try {
    manifest = read(members, "manifest.json");
  } catch {
    throw new Unreadable("no_proof");
  }
  if (manifest?.format !== FORMAT || typeof manifest.members !== "object" || manifest.members === null) throw new Unreadable("no_proof");
  if (MEMBERS.some((name) => !members.has(name))) throw new Unreadable("no_proof");
  let spelled = "";
  try {
    spelled = canonical(manifest);
  } catch {
    spelled = "";
  }
  if (new TextDecoder().decode(members.get("manifest.json")) !== spelled) report.no("manifest", "changed", "manifest.json");
  for (const [name, content] of members) {
    if (name !== "manifest.json" && manifest.members[name] !== sha256Hex(content)) report.no("manifest", "changed", name);
  }
  for (const name of Object.keys(manifest.members)) if (!members.has(name)) report.no("manifest", "missing", name);
  return manifest;
}

function readLedger(members, manifest, report, progress) {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(members.get("ledger.jsonl"));
  const rows = text.split("\n");
  if (rows.pop() !== "") report.no("chain", "changed", "ledger.jsonl", rows.length + 1);
  const ledger = { bodies: [null], hashes: [] };
  let last = "0".repeat(64);
  let broken = false;
  rows.forEach((row, index) => {
    const seq = index + 1;
    const body = parsed(row);
    const isHash = body && Object.keys(body).length === 1 && /^[0-9a-f]{64}$/.test(body.withheld);
    last = isHash ? body.withheld : sha256Hex(last + row);
    ledger.hashes.push(last);
    const good = isHash || (isLine(body) && body.seq === seq && body.chain === `event:${manifest.event}`);
    if (!good && !broken) report.no("chain", "breaks", "ledger.jsonl", seq);
    broken ||= !good;
    ledger.bodies.push(isHash || !isLine(body) ? null : body);
    if (seq % 500 === 0) progress(1 + (2 * seq) / rows.length, 6);
  });
  const line = ledger.bodies[manifest.published_seq];
  if (line?.kind !== "result.published" || line.subject !== `release:${manifest.release}`) {
    report.no("complete", "not_published", "ledger.jsonl");
    return ledger;
  }
  countKinds(ledger, manifest.published_seq, line.facts.lines, report);
  return ledger;
}

function parsed(row) {
  try {
    return JSON.parse(row);
  } catch {
    return null;
  }
}

function isLine(body) {
  return (
    body !== null && typeof body === "object" && body.facts !== null &&
    Object.keys(body).length === 7 && Object.entries(LINE_SHAPE).every(([key, kind]) => typeof body[key] === kind)
  );
}

function countKinds(ledger, seq, counts, report) {
  const found = {};
  for (const body of ledger.bodies.slice(1, seq)) if (body) found[body.kind] = (found[body.kind] ?? 0) + 1;
  let told = 0;
  for (const kind of new Set([...Object.keys(counts), ...Object.keys(found)])) {
    const [wanted, there] = [counts[kind] ?? 0, found[kind] ?? 0];
    told += wanted;
    if (there > wanted || (there < wanted && NEEDED.has(kind))) report.no("complete", "left_out", "ledger.jsonl", null, kind);
  }
  if (told !== seq - 1) report.no("complete", "left_out", "ledger.jsonl");
  report.facts.withheld = ledger.bodies.slice(1, seq).filter((body) => !body).length;
}

async function checkCheckpoints(members, manifest, ledger, report) {
  const keys = new Map();
  report.facts.keys = [];
  for (const { name, public: written } of read(members, "keys.json").keys) {
    const key = fromBase64(written);
    if (key.length !== 32) throw new TypeError("not a key");
    keys.set(`${name} ${keyId(name, key)}`, key);
    report.facts.keys.push(`${name}+${keyId(name, key)}+${btoa(String.fromCharCode(1, ...key))}`);
  }
  const tree = new Tree(ledger.hashes.map(leaf));
  const { notes } = read(members, "checkpoints.json");
  let last = 0;
  for (const [index, written] of notes.entries()) {
    const field = `notes[${index + 1}]`;
    let note;
    try {
      note = readNote(written);
    } catch {
      report.no("tree", "malformed", "checkpoints.json", null, field);
      continue;
    }
    if (!note.origin.endsWith(`/event:${manifest.event}`) || note.size <= last) report.no("tree", "changed", "checkpoints.json", null, field);
    last = note.size;
    report.facts.at = note.at;
    if (note.size > ledger.hashes.length) report.no("tree", "cut", "ledger.jsonl", null, field);
    else if (hex(tree.root(note.size)) !== hex(note.root)) report.no("tree", "rewritten", "ledger.jsonl", null, field);
    for (const { name, id, signature } of note.signatures) {
      const key = keys.get(`${name} ${id}`);
      if (!key || !(await holds(key, note.text, signature))) report.no("signatures", "invalid", "checkpoints.json", null, field);
    }
  }
  if (!notes.length) report.no("signatures", "missing", "checkpoints.json");
  if (last !== ledger.hashes.length || last < manifest.published_seq) report.no("tree", "cut", "ledger.jsonl");
}

function lines(ledger, ...kinds) {
  return ledger.bodies.filter((body) => body && kinds.includes(body.kind));
}

function checkScheme(members, ledger, published, report) {
  const found = sha256Hex(members.get("scheme.json"));
  const adopted = lines(ledger, "scheme.adopted", "scheme.edited").at(-1)?.facts.content;
  if (found !== published.scheme || found !== adopted) report.no("scheme", "changed", "scheme.json");
}

function checkRelease(members, manifest, published, report) {
  if (sha256Hex(members.get("release.json")) !== published.hash) report.no("release", "changed", "release.json");
  if (read(members, "release.json").event !== manifest.event) report.no("release", "changed", "release.json", null, "event");
}

function checkRows(members, published, report) {
  const rows = read(members, "rows.json");
  if (sha256Hex(rows.map((row) => row.hash).join("\n")) !== published.rows) report.no("rows", "changed", "rows.json");
  const { results, teams } = read(members, "release.json");
  const wanted = [...results, ...teams];
  if (rows.length !== wanted.length) report.no("rows", "changed", "rows.json");
  wanted.forEach((result, index) => {
    const row = rows[index] ?? {};
    const told = [row.number ?? row.team, row.rank, row.total, row.award, canonical(row.components ?? null)];
    const ours = [result.entry ?? result.team, result.rank, result.total ?? "", result.award ?? "", canonical(result.components)];
    if (told.some((value, n) => value !== ours[n])) report.no("rows", "changed", "rows.json", null, `rows[${index + 1}]`);
  });
}

// --- draws, codes, recheck ---

const byBytes = (one, other) => (one < other ? -1 : one > other ? 1 : 0); // items are ASCII: uuids and numbers

function drawn(seed, items) {
  const lots = items.map((item) => [sha256Hex(`${seed}\n${item}`), item]);
  return lots.sort((a, b) => byBytes(a[0], b[0]) || byBytes(a[1], b[1])).map(([, item]) => item);
}

function checkDraws(members, ledger, report) {
  const told = new Map();
  for (const body of lines(ledger, "draw.committed", "draw.thrown", "draw.drawn", "draw.voided")) {
    const uuid = body.subject.slice(5);
    told.set(uuid, { ...told.get(uuid), [body.kind]: body.facts });
  }
  const late = new Map(); // by draw: what was written down when somebody came after it
  for (const { subject, facts } of lines(ledger, "station.late")) {
    const uuid = subject.slice(5);
    late.set(uuid, (late.get(uuid) ?? new Set()).add(facts.commitment));
  }
  const lots = new Map();
  const draws = read(members, "draws.json");
  draws.forEach((draw, index) => {
    const no = (part) => report.no("draws", "changed", "draws.json", null, `draws[${index + 1}].${part}`);
    const facts = told.get(draw.uuid);
    const committed = facts?.["draw.committed"];
    if (!committed) return no("uuid");
    const result = facts["draw.drawn"];
    const state = facts["draw.voided"] ? "void" : result ? "drawn" : "committed";
    if (draw.state !== state || draw.purpose !== committed.purpose || draw.round !== committed.round) no("state");
    if (sha256Hex(draw.items.join("\n")) !== committed.list_hash) no("items");
    if (sha256Hex(draw.labels.join("\n")) !== committed.labels_hash) no("labels");
    if (!result) return undefined;
    if (sha256Hex(draw.secret) !== committed.commitment) no("secret");
    if (draw.dice !== result.dice || draw.dice !== facts["draw.thrown"].dice) no("dice");
    const seed = sha256Hex(["draw-v1", committed.list_hash, draw.secret, draw.dice].join("\n"));
    if (seed !== draw.seed || sha256Hex(seed) !== result.seed_hash) no("seed");
    if (canonical(drawn(seed, draw.items)) !== canonical(draw.order)) no("order");
    if (state !== "drawn") return undefined;
    const came = late.get(draw.uuid) ?? new Set();
    const items = new Map(draw.labels.map((label, at) => [label, draw.order[at]]));
    for (const [label, item] of draw.late ?? []) {
      if (items.has(label) || [...items.values()].includes(item)) no("late");
      items.set(label, item);
    }
    if (items.size !== draw.items.length + came.size) no("late");
    lots.set(draw.purpose, { secret: draw.secret, items, commitments: new Set([...result.commitments, ...came]) });
    return undefined;
  });
  if (draws.length !== told.size) report.no("draws", "missing", "draws.json");
  checkCodes(read(members, "codes.json"), lots, report);
}

function checkCodes(codes, lots, report) {
  const seen = new Set();
  codes.forEach(({ uuid, layer, number }, index) => {
    const no = () => report.no("codes", "changed", "codes.json", null, `codes[${index + 1}]`);
    const lot = lots.get(layer);
    const item = lot?.items.get(number);
    if (item === undefined || seen.has(number) || seen.has(uuid)) return no();
    seen.add(number).add(uuid);
    const commitment = sha256Hex(["code-v1", lot.secret, uuid, number, item].join("\n"));
    return lot.commitments.has(commitment) ? undefined : no();
  });
  const wanted = [...lots.values()].reduce((sum, { items }) => sum + items.size, 0);
  if (codes.length !== wanted) report.no("codes", "missing", "codes.json");
}

function checkRecheck(ledger, report) {
  const committed = new Map(lines(ledger, "recheck.committed").map((body) => [body.subject, body.facts]));
  for (const { subject, seq, facts } of lines(ledger, "recheck.drawn")) {
    const before = committed.get(subject);
    const seed = sha256Hex(["draw-v1", before.list_hash, facts.secret, facts.dice].join("\n"));
    const good = sha256Hex(facts.secret) === before.commitment && seed === facts.seed && facts.drawn.length === before.sample;
    const inOrder = canonical(drawn(seed, facts.drawn)) === canonical(facts.drawn);
    if (!good || !inOrder) report.no("recheck", "changed", "ledger.jsonl", seq);
  }
}

// --- what the judges signed ---

function checkSheets(ledger, report) {
  const sheets = new Map();
  const content = (uuid) => {
    const marks = [...sheets.get(uuid).marks].sort((a, b) => byBytes(a[0], b[0]));
    return sha256Hex(canonical({ sheet: uuid, marks: marks.map(([aspect, m]) => [aspect, m.values, m.not_done, m.revision]) }));
  };
  const issue = (uuid) => sheets.has(uuid) || sheets.set(uuid, { marks: new Map(), judge: "", chief: "", corrected: false });
  let locked = false;
  report.facts.marks = 0;
  for (const body of ledger.bodies) {
    if (!body) continue;
    const { kind, facts, seq } = body;
    const uuid = body.subject.split(":")[1];
    const no = () => report.no("sheets", "changed", "ledger.jsonl", seq);
    if (kind === "event.moved") locked = ["locked", "decoded", "publicity", "final"].includes(facts.to);
    else if (kind === "sheets.issued") {
      facts.sheets.forEach(([one]) => issue(one));
      facts.taken.forEach((one) => sheets.delete(one));
    } else if (kind === "sheet.issued") issue(uuid);
    else if (kind === "seat.left") facts.taken.forEach((one) => sheets.delete(one));
    else if (kind === "mark.entered" || kind === "mark.corrected") {
      const sheet = sheets.get(uuid);
      const before = sheet?.marks.get(facts.aspect);
      if (!sheet || facts.revision !== (before?.revision ?? 0) + 1) no();
      else {
        report.facts.marks += before ? 0 : 1;
        sheet.marks.set(facts.aspect, facts);
        if (kind === "mark.corrected") Object.assign(sheet, { corrected: true, chief: "", ordered: Boolean(facts.order) });
      }
      if (locked && !facts.order) no();
    } else if (["sheet.signed", "sheet.witnessed", "sheet.chief_signed"].includes(kind)) {
      if (!sheets.has(uuid) || facts.content !== content(uuid)) no();
      else if (kind === "sheet.signed") sheets.get(uuid).judge = facts.content;
      else if (kind === "sheet.chief_signed") sheets.get(uuid).chief = facts.content;
    } else if (kind === "sheet.reopened" && sheets.has(uuid)) {
      Object.assign(sheets.get(uuid), { judge: "", chief: "", corrected: false });
    }
  }
  for (const [uuid, sheet] of sheets) {
    if (!sheet.marks.size || sheet.ordered) continue;
    const wanted = content(uuid);
    if (sheet.chief !== wanted || (!sheet.corrected && sheet.judge !== wanted)) report.no("sheets", "unsigned", "ledger.jsonl", null, uuid);
  }
}
