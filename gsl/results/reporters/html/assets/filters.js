// Which findings are shown: the search, the facets, the order, and all of it in the address of the page.

const STATUS_WORDS = { failed: "Failed", error: "Not decided", gone: "No longer found", excluded: "Excluded", selected: "Selected", passed: "Passed" };
const CHANGE_WORDS = { "": "Not compared", new: "New", changed: "Changed", unchanged: "Unchanged", fixed: "Fixed", excluded: "Excluded since", "not-evaluated": "Not evaluated", unknown: "Unknown" };
const SEVERITY_WORDS = { none: "No severity", informational: "Informational", low: "Low", medium: "Medium", high: "High", critical: "Critical" };
const USUAL = ["failed", "error"];
const PAGE = 100;

const rank = (row) => SEVERITIES.indexOf(rules[ruleOf[row]].severity);
const severityColumn = Uint32Array.from({ length: total }, (_, row) => rank(row));
const throughEntity = (key) => Uint32Array.from(entityOf, (entity) => entities[key][entity]);
const ruleIds = [...new Set(rules.map((rule) => rule.id))];
const ruleNumbers = new Map(ruleIds.map((id, number) => [id, number]));
const titleOfId = new Map(rules.map((rule) => [rule.id, rule.title]));
const ruleColumn = (() => {
  const numbers = rules.map((rule) => ruleNumbers.get(rule.id));
  return Uint32Array.from(ruleOf, (rule) => numbers[rule]);
})();

const place = (word) => (value) => value || word;
const FACETS = [
  { key: "severity", name: "Severity", values: SEVERITIES, column: severityColumn, word: (value) => SEVERITY_WORDS[value] },
  { key: "status", name: "State", values: base.statuses, column: statusOf, word: (value) => STATUS_WORDS[value] },
  { key: "change", name: "Change", values: base.changes, column: changeOf, word: (value) => CHANGE_WORDS[value] },
  { key: "account", name: "Account", values: names, column: throughEntity("account"), word: place("no account"), sorted: true },
  { key: "region", name: "Region", values: names, column: throughEntity("region"), word: place("global, no region"), sorted: true },
  { key: "type", name: "Type", values: names, column: throughEntity("type"), word: place("no type"), sorted: true },
  { key: "framework", name: "Framework", values: base.frameworks, column: null, word: (value) => value },
  { key: "rule", name: "Rule", values: ruleIds, column: ruleColumn, word: (id) => id, title: (id) => titleOfId.get(id), sorted: true },
];
for (const facet of FACETS) facet.counts = new Uint32Array(facet.values.length);

const state = { query: "", order: "", page: 1, open: "", chosen: {}, ruleQuery: "", ruleState: "", ruleOrder: "" };
const numbersOf = new Map(FACETS.map((facet) => [facet.key, new Map(facet.values.map((value, number) => [value, number]))]));

function readState() {
  const given = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
  state.query = given.get("q") || "";
  state.order = given.get("order") || "";
  state.page = Math.max(1, Number.parseInt(given.get("page"), 10) || 1);
  state.open = given.get("open") || "";
  state.ruleQuery = given.get("rules") || "";
  state.ruleState = given.get("rule-state") || "";
  state.ruleOrder = given.get("rule-order") || "";
  for (const { key } of FACETS) state.chosen[key] = new Set(given.getAll(key));
  if (!given.has("status")) state.chosen.status = new Set(USUAL);
  else state.chosen.status.delete("any");
}

const isUsual = (chosen) => chosen.size === USUAL.length && USUAL.every((value) => chosen.has(value));

function hashOf() {
  const told = new URLSearchParams();
  const put = (key, value) => { if (value) told.append(key, value); };
  put("q", state.query);
  for (const { key } of FACETS) {
    if (key === "status" && isUsual(state.chosen.status)) continue;
    if (key === "status" && !state.chosen.status.size) told.append(key, "any");
    for (const value of state.chosen[key]) told.append(key, value);
  }
  put("order", state.order);
  put("page", state.page > 1 ? String(state.page) : "");
  put("open", state.open);
  put("rules", state.ruleQuery);
  put("rule-state", state.ruleState);
  put("rule-order", state.ruleOrder);
  return told.toString();
}

// Keeps the address in step. Where pages may not touch it, nothing is lost but sharing.
function keepState(step) {
  const told = hashOf();
  if (told === location.hash.slice(1) || (!told && !location.hash.includes("="))) return;
  try {
    history[step ? "pushState" : "replaceState"](null, "", `#${told}`);
  } catch { /* a sandboxed viewer */ }
}

const lowered = { entities: null, rules: null };

function hits(token) {
  lowered.entities ||= entities.id.map((id, entity) => [id, entities.name[entity], names[entities.type[entity]], names[entities.account[entity]], names[entities.region[entity]]].join("\n").toLowerCase());
  lowered.rules ||= rules.map((rule) => `${rule.id}\n${rule.title}`.toLowerCase());
  const mark = (texts) => Uint8Array.from(texts, (each) => (each.includes(token) ? 1 : 0));
  return { rules: mark(lowered.rules), entities: mark(lowered.entities) };
}

let searched = { query: "", found: null };

// For each row whether it has every word of the search; null when there is none.
function rowsWith(query) {
  if (searched.query === query) return searched.found;
  const tokens = query.toLowerCase().split(/\s+/).filter(Boolean);
  let found = null;
  if (tokens.length) {
    found = new Uint8Array(total).fill(1);
    for (const token of tokens) {
      const hit = hits(token);
      for (let row = 0; row < total; row += 1) if (found[row]) found[row] = hit.rules[ruleOf[row]] | hit.entities[entityOf[row]];
    }
  }
  searched = { query, found };
  return found;
}

// The rows to show, in order; counts for each facet what its values would give with the other filters.
function filtered() {
  const words = rowsWith(state.query);
  const active = FACETS.map((facet) => wanted(facet));
  const shown = [];
  for (const facet of FACETS) facet.counts.fill(0);
  for (const row of ordered()) {
    if (words && !words[row]) continue;
    let missed = 0;
    let where = -1;
    for (let at = 0; at < FACETS.length && missed < 2; at += 1) {
      if (active[at] && !active[at](row)) { missed += 1; where = at; }
    }
    if (missed === 0) {
      shown.push(row);
      for (const facet of FACETS) countIn(facet, row);
    } else if (missed === 1) countIn(FACETS[where], row);
  }
  return shown;
}

function wanted(facet) {
  const chosen = state.chosen[facet.key];
  if (!chosen.size) return null;
  const marks = new Uint8Array(facet.values.length);
  for (const value of chosen) {
    const number = numbersOf.get(facet.key).get(value);
    if (number !== undefined) marks[number] = 1;
  }
  if (facet.column) return (row) => marks[facet.column[row]];
  const ofRule = rules.map((rule) => rule.frameworks.some((number) => marks[number]));
  return (row) => ofRule[ruleOf[row]];
}

function countIn(facet, row) {
  if (facet.column) facet.counts[facet.column[row]] += 1;
  else for (const number of rules[ruleOf[row]].frameworks) facet.counts[number] += 1;
}

const orders = new Map();

// All rows in the order asked for; made once for each order.
function ordered() {
  if (orders.has(state.order)) return orders.get(state.order);
  const ranked = (values) => {
    const places = [...values.keys()].sort((a, b) => (values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : 0));
    const ranks = new Uint32Array(values.length);
    places.forEach((at, rankOf) => { ranks[at] = rankOf && values[at] === values[places[rankOf - 1]] ? ranks[places[rankOf - 1]] : rankOf; });
    return ranks;
  };
  const through = (key) => { const ranks = ranked(names); return (row) => ranks[entities[key][entityOf[row]]]; };
  const keys = {
    rule: () => { const ranks = ranked(rules.map((rule) => rule.id)); return (row) => ranks[ruleOf[row]]; },
    entity: () => { const ranks = ranked(entities.id.map((_, entity) => entityNamed(entity).toLowerCase())); return (row) => ranks[entityOf[row]]; },
    account: () => through("account"),
    region: () => through("region"),
  };
  const first = (keys[state.order] || (() => () => 0))();
  const firsts = Float64Array.from({ length: total }, (_, row) => first(row) * 8 + severityColumn[row]);
  const rows = Uint32Array.from({ length: total }, (_, row) => row).sort((a, b) => firsts[a] - firsts[b] || a - b);
  orders.set(state.order, rows);
  return rows;
}
