// What the page carries: columns of numbers for lists and filters, and details that are read when asked for.

const SEVERITIES = ["critical", "high", "medium", "low", "informational", "none"];
const byId = (id) => document.getElementById(id);
const parsed = (element) => JSON.parse(element.textContent);

const base = parsed(document.querySelector("script.base"));
const rules = base.rules.map(([id, title, severity, frameworks]) => ({ id, title, severity, frameworks, known: true }));
const names = [];
const entities = { type: [], account: [], region: [], id: [], name: [] };
const columns = [[], [], [], []];
const blockStarts = [];
const detailElements = [...document.querySelectorAll("script.details")];

for (const element of document.querySelectorAll("script.rows")) {
  const block = parsed(element);
  blockStarts.push(columns[0].length);
  for (const name of block.names) names.push(name);
  for (const [id, severity] of block.rules) rules.push(ruleOfBefore(id, severity));
  const flat = block.entities;
  for (let at = 0; at < flat.length; at += 5) {
    entities.type.push(flat[at]);
    entities.account.push(flat[at + 1]);
    entities.region.push(flat[at + 2]);
    entities.id.push(flat[at + 3]);
    entities.name.push(flat[at + 4]);
  }
  block.columns.forEach((column, which) => { for (const value of column) columns[which].push(value); });
  element.remove(); // its text is not needed any more
}

const total = columns[0].length;
const [ruleOf, entityOf, statusOf, changeOf] = columns.map((column) => Uint32Array.from(column));
columns.length = 0;

// A rule that is not among those of the run, or that had another severity at the time.
function ruleOfBefore(id, severity) {
  const same = base.rules.findIndex((rule) => rule[0] === id);
  const title = same < 0 ? id : base.rules[same][1];
  return { id, title, severity, frameworks: same < 0 ? [] : base.rules[same][3], known: same >= 0, place: same };
}

const entityNamed = (entity) => entities.name[entity] || entities.id[entity];

let lastBlock = { number: -1, content: null };

// Why a finding is one: [fingerprint, passed on missing values, exclusion, reasons, reasons before], and the words in it.
function detailsOf(row) {
  let number = blockStarts.length - 1;
  while (blockStarts[number] > row) number -= 1;
  if (lastBlock.number !== number) lastBlock = { number, content: parsed(detailElements[number]) };
  const [fingerprint, onMissing, exclusion, reasons, before, whole] = lastBlock.content.details[row - blockStarts[number]];
  return { fingerprint, onMissing, exclusion, reasons, before, whole, words: lastBlock.content.words };
}

// The row with a fingerprint, or -1.
function rowOf(fingerprint) {
  if (!/^[0-9a-f]{32}$/.test(fingerprint)) return -1;
  for (let number = 0; number < detailElements.length; number += 1) {
    if (!detailElements[number].textContent.includes(`"${fingerprint}"`)) continue;
    const at = parsed(detailElements[number]).details.findIndex((each) => each[0] === fingerprint);
    if (at >= 0) return blockStarts[number] + at;
  }
  return -1;
}
