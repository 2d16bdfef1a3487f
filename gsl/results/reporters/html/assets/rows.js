// The list: rows of a page, and what opens below one. All texts go in as text, never as markup.

function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties || {})) {
    if (key === "class") element.className = value;
    else if (key in element && key !== "role") element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const badge = (kind, word) => make("span", { class: `badge b-${kind}` }, word);
const number = (count) => count.toLocaleString("en-US");
const counted = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;
const cell = (kind, ...children) => make("td", { class: kind, role: "cell" }, ...children);

function rowElement(row) {
  const rule = rules[ruleOf[row]];
  const entity = entityOf[row];
  const named = entityNamed(entity);
  const status = base.statuses[statusOf[row]];
  const change = base.changes[changeOf[row]];
  const open = make("button", { class: "open", type: "button", tabIndex: -1, "aria-expanded": "false" }, make("span", { class: "title" }, rule.title));
  const id = rule.title === rule.id ? null : make("small", { class: "mono" }, rule.id);
  const states = make("span", { class: "states" });
  states.append(make("span", { class: `state s-${status}` }, STATUS_WORDS[status]));
  if (change && change !== "unchanged") states.append(badge(`change-${change}`, CHANGE_WORDS[change]));
  const element = make("tr", { class: "finding", role: "row" },
    cell("f-sev", badge(rule.severity, rule.severity)),
    cell("f-rule", open, id),
    cell("f-entity", make("span", { class: "name" }, named || (status === "error" ? "could not be listed" : "no id")), make("small", {}, names[entities.type[entity]])),
    cell("f-where", make("span", { class: "mono" }, names[entities.account[entity]] || "no account"), make("small", { class: "mono" }, names[entities.region[entity]] || "global")),
    cell("f-state", states));
  element.dataset.row = row;
  return element;
}

function detailElement(row) {
  const details = detailsOf(row);
  const box = make("div", { class: "detail" });
  box.append(reasonsOf(row, details), factsOf(row, details), aboutOf(row));
  return make("tr", { class: "opened", role: "row" }, make("td", { colSpan: 5, role: "cell", "aria-colspan": "5" }, box));
}

function reasonsOf(row, { reasons, before, words, exclusion, onMissing }) {
  const section = make("section", { class: "why" }, make("h3", {}, "Why"));
  const status = base.statuses[statusOf[row]];
  if (status === "gone") section.append(make("p", { class: "quiet" }, "A finding of the baseline. These were its reasons then."));
  if (exclusion) section.append(exclusionOf(exclusion, words));
  if (onMissing) section.append(make("p", { class: "warned" }, "It passed only because a value was missing."));
  const earlier = new Map(before.filter(Array.isArray).map((reason) => [reason[0], reason]));
  for (const reason of reasons) {
    if (!Array.isArray(reason)) section.append(make("p", { class: "quiet" }, `and ${counted(reason, "more reason", "more reasons")}`));
    else section.append(reasonElement(reason, earlier.get(reason[0]), words, before.length > 0));
    earlier.delete(reason[0]);
  }
  if (!reasons.length) section.append(make("p", { class: "quiet" }, status === "selected" ? "A query selected it." : "The report holds no reasons."));
  if (earlier.size) section.append(make("p", { class: "quiet" }, "Before, these decided:"));
  for (const reason of earlier.values()) section.append(reasonElement(reason, undefined, words, false, "then"));
  return section;
}

function exclusionOf([source, reason, owner, expires], words) {
  const who = words[source] === "rule" ? "Excluded by the rule itself" : `Excluded by ${words[source]}`;
  const more = [words[reason], words[owner] && `owner ${words[owner]}`, words[expires] && `until ${words[expires]}`].filter(Boolean);
  return make("p", { class: "taken" }, make("b", {}, who), more.length ? `: ${more.join(", ")}` : "");
}

function reasonElement([expression, line, values, result, count, more], before, words, compared, kind) {
  const head = make("p", { class: "expression" }, make("code", {}, words[expression]));
  if (count > 1) head.append(make("span", { class: "quiet" }, ` ${number(count)} elements like this`));
  const pairs = [];
  for (let at = 0; at < values.length; at += 2) pairs.push([words[values[at]], words[values[at + 1]]]);
  const isShown = pairs.some(([, value]) => value === words[result]);
  if (!isShown) pairs.push(["result", words[result], true]);
  const then = before && beforeOf(before, words);
  const table = make("table", { class: "values" });
  const heads = then ? ["Value", "Before", "Now"] : ["Value", kind === "then" ? "Then" : "Read"];
  table.append(make("thead", { class: then ? "" : "unseen" }, make("tr", {}, ...heads.map((word) => make("th", { scope: "col" }, word)))));
  const body = make("tbody");
  for (const [path, value, isResult] of pairs) {
    const tr = make("tr", {}, make("th", { scope: "row", class: isResult ? "result" : "mono" }, path));
    if (then) {
      const old = isResult ? then.result : then.values.get(path);
      tr.append(make("td", { class: old === value ? "mono" : "mono was" }, old ?? "not read"));
    }
    tr.append(make("td", { class: then && (isResult ? then.result : then.values.get(path)) !== value ? "mono is" : "mono" }, value));
    body.append(tr);
  }
  table.append(body);
  const section = make("div", { class: "reason" }, head, table);
  if (compared && !before) head.append(badge("change-new", "new reason"));
  if (more) section.append(make("p", { class: "quiet" }, `and ${counted(more, "more value", "more values")}`));
  section.title = line ? `Line ${line} of the rule's file` : "";
  return section;
}

function beforeOf([, , values, result], words) {
  const found = new Map();
  for (let at = 0; at < values.length; at += 2) found.set(words[values[at]], words[values[at + 1]]);
  return { values: found, result: words[result] };
}

function factsOf(row, { fingerprint, whole }) {
  const entity = entityOf[row];
  const change = base.changes[changeOf[row]];
  const facts = [
    ["Rule", rules[ruleOf[row]].id],
    ["Entity", entities.id[entity]],
    ["Name", entities.name[entity]],
    ["Type", names[entities.type[entity]]],
    ["Account", names[entities.account[entity]]],
    ["Region", names[entities.region[entity]]],
    ["Since the baseline", change && CHANGE_WORDS[change]],
    ["Fingerprint", fingerprint || ""],
  ];
  const list = make("dl", { class: "facts" });
  for (const [name, value] of facts) if (value) list.append(make("div", {}, make("dt", {}, name), make("dd", {}, value)));
  const entityText = whole && make("details", { class: "whole" }, make("summary", {}, "The whole entity"), make("pre", { tabIndex: 0 }, JSON.stringify(whole, null, 2)));
  return make("section", {}, make("h3", {}, "What and where"), list, entityText);
}

function aboutOf(row) {
  const rule = rules[ruleOf[row]];
  const section = make("section", { class: "about-rule" }, make("h3", {}, "The rule"));
  const place = rule.known ? rule.place ?? ruleOf[row] : -1;
  const about = document.querySelector(`#rule-${place} .about`);
  if (!about) section.append(make("p", { class: "quiet" }, "The rule is not among those of this run."));
  else {
    section.append(make("p", {}, make("b", {}, rule.title)));
    for (const child of about.cloneNode(true).childNodes) section.append(child.cloneNode(true));
  }
  return section;
}
