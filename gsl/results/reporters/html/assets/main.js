// The page at work: what is shown is drawn from the state, and what a person does changes the state.

let shown = [];
const $rows = byId("rows");
const rowButtons = () => [...$rows.querySelectorAll("button.open")];

function draw({ keep = false } = {}) {
  shown = filtered();
  if (state.open && keep) pageOfOpen();
  const pages = Math.max(1, Math.ceil(shown.length / PAGE));
  state.page = Math.min(state.page, pages);
  drawRows(shown.slice((state.page - 1) * PAGE, state.page * PAGE));
  drawTold(pages);
  drawFacets();
}

function pageOfOpen() {
  const row = rowOf(state.open);
  if (row < 0) { state.open = ""; return; }
  let at = shown.indexOf(row);
  if (at < 0) { // it was shared under a view that does not hold it
    for (const { key } of FACETS) state.chosen[key] = new Set();
    state.query = "";
    shown = filtered();
    at = shown.indexOf(row);
  }
  state.page = Math.floor(at / PAGE) + 1;
}

function drawRows(rows) {
  $rows.replaceChildren(...rows.map(rowElement));
  const first = $rows.querySelector("button.open");
  if (first) first.tabIndex = 0;
  const open = state.open ? rows.indexOf(rowOf(state.open)) : -1;
  if (open >= 0) toggle($rows.children[open], true);
}

function drawTold(pages) {
  const usual = isUsual(state.chosen.status);
  const all = usual ? countOf("failed") + countOf("error") : total;
  const word = usual ? ["finding", "findings"] : ["result", "results"];
  byId("told").textContent = shown.length === all ? counted(all, ...word) : `${number(shown.length)} of ${counted(all, ...word)}`;
  byId("pages").hidden = pages === 1;
  byId("page-told").textContent = `Page ${number(state.page)} of ${number(pages)}`;
  byId("previous").disabled = state.page === 1;
  byId("next").disabled = state.page === pages;
  byId("clear").hidden = usual && !state.query && FACETS.every(({ key }) => key === "status" || !state.chosen[key].size);
  byId("search").value = state.query;
  byId("order").value = state.order;
  byId("list").hidden = !shown.length;
  byId("empty").hidden = Boolean(shown.length);
  if (!shown.length) drawEmpty(usual);
}

const statusCounts = base.statuses.map((_, number) => statusOf.reduce((sum, each) => sum + (each === number), 0));
const countOf = (status) => statusCounts[base.statuses.indexOf(status)];

function drawEmpty(usual) {
  const facet = FACETS.find(({ key }) => key === "status");
  const others = base.statuses.map((status, number) => [status, facet.counts[number]]).filter(([status, count]) => count && !state.chosen.status.has(status));
  const words = others.map(([status, count]) => `${number(count)} ${STATUS_WORDS[status].toLowerCase()}`).join(", ");
  const nothing = usual && !countOf("failed") && !countOf("error") ? "There are no findings." : "No finding fits the search and the filters.";
  byId("empty").replaceChildren(nothing, ...(words ? [` Of other states there are: ${words}. `, make("button", { type: "button", class: "plain", onclick: () => change(() => state.chosen.status.clear()) }, "Show all states")] : []));
}

// --- filters

function buildFacets() {
  for (const facet of FACETS) {
    const list = make("div", { class: "values-of" });
    const summary = make("summary", {}, make("span", { class: "facet-name" }, facet.name));
    const box = make("div", { class: "facet-box" }, list);
    facet.element = make("details", { class: "facet" }, summary, box);
    facet.list = list;
    facet.summary = summary;
    facet.find = "";
    facet.present = presentIn(facet);
    if (facet.present.length > 12) {
      box.prepend(make("input", { type: "search", class: "facet-find", placeholder: `Find ${facet.name.toLowerCase()}`, "aria-label": `Find ${facet.name.toLowerCase()}`, oninput: (event) => { facet.find = event.target.value.toLowerCase(); fillFacet(facet); } }));
    }
    facet.element.addEventListener("toggle", () => { if (facet.element.open) openFacet(facet); });
    list.addEventListener("change", ({ target }) => change(() => state.chosen[facet.key][target.checked ? "add" : "delete"](target.value)));
    byId("facets").append(facet.element);
  }
}

function openFacet(facet) {
  closeFacets(facet);
  fillFacet(facet);
  const box = facet.element.querySelector(".facet-box");
  box.classList.toggle("from-right", facet.element.getBoundingClientRect().left + box.offsetWidth > document.documentElement.clientWidth - 16);
}

// The numbers of the values that some finding has, in the order in which they are listed.
function presentIn(facet) {
  const seen = new Uint8Array(facet.values.length);
  if (facet.column) for (const number of facet.column) seen[number] = 1;
  else for (const rule of ruleOf) for (const number of rules[rule].frameworks) seen[number] = 1;
  const found = [...seen.keys()].filter((number) => seen[number]);
  return facet.sorted ? found.sort((a, b) => (facet.values[a] < facet.values[b] ? -1 : 1)) : found;
}

function drawFacets() {
  for (const facet of FACETS) {
    const chosen = state.chosen[facet.key];
    facet.element.hidden = facet.present.length < 2 && (!chosen.size || facet.key === "status");
    const active = chosen.size && !(facet.key === "status" && isUsual(chosen));
    facet.element.classList.toggle("active", Boolean(active));
    const [first] = chosen;
    const told = active ? (chosen.size === 1 ? facet.word(first) || first : number(chosen.size)) : "";
    facet.summary.replaceChildren(make("span", { class: "facet-name" }, facet.name), ...(told ? [make("b", {}, told)] : []));
    if (facet.element.open) fillFacet(facet);
  }
}

const MOST_SHOWN = 200;

function fillFacet(facet) {
  const chosen = state.chosen[facet.key];
  const focused = facet.list.contains(document.activeElement) ? document.activeElement.value : null;
  const words = (value) => `${facet.word(value)} ${facet.title ? facet.title(value) : ""}`;
  const fits = facet.present.filter((number) => !facet.find || words(facet.values[number]).toLowerCase().includes(facet.find));
  const labels = fits.slice(0, MOST_SHOWN).map((number_) => {
    const value = facet.values[number_];
    const box = make("input", { type: "checkbox", value, checked: chosen.has(value) });
    const title = facet.title && facet.title(value) !== value ? make("small", {}, facet.title(value)) : null;
    return make("label", { class: facet.counts[number_] ? "" : "none" }, box, make("span", {}, facet.word(value), title), make("span", { class: "count" }, number(facet.counts[number_])));
  });
  if (fits.length > MOST_SHOWN) labels.push(make("p", { class: "quiet" }, `and ${number(fits.length - MOST_SHOWN)} more: find them by name`));
  if (!fits.length) labels.push(make("p", { class: "quiet" }, "None is named so."));
  facet.list.replaceChildren(...labels);
  if (focused !== null) [...facet.list.querySelectorAll("input")].find((input) => input.value === focused)?.focus();
}

function closeFacets(but) {
  for (const facet of FACETS) if (facet !== but) facet.element.open = false;
}

// Change the state, then draw it; the address follows as a step that Back undoes.
function change(act, { step = true } = {}) {
  act();
  state.page = 1;
  state.open = "";
  keepState(step);
  draw();
}

// --- rows

function toggle(row, wanted) {
  const button = row.querySelector("button.open");
  const isOpen = button.getAttribute("aria-expanded") === "true";
  if (isOpen === wanted) return;
  button.setAttribute("aria-expanded", String(!isOpen));
  row.classList.toggle("is-open", !isOpen);
  if (isOpen) row.nextElementSibling.remove();
  else row.after(detailElement(Number(row.dataset.row)));
}

function chooseRow(row) {
  const opening = row.querySelector("button.open").getAttribute("aria-expanded") !== "true";
  toggle(row, opening);
  state.open = opening ? detailsOf(Number(row.dataset.row)).fingerprint || "" : "";
  keepState(false);
}

function focusRow(button) {
  for (const each of rowButtons()) each.tabIndex = -1;
  button.tabIndex = 0;
  button.focus();
}

function turnPage(by, focus) {
  const before = state.page;
  state.page = Math.max(1, state.page + by);
  state.open = "";
  draw();
  if (state.page === before) return;
  keepState(true);
  byId("findings").scrollIntoView();
  const buttons = rowButtons();
  if (focus && buttons.length) focusRow(by > 0 ? buttons[0] : buttons.at(-1));
}

$rows.addEventListener("click", (event) => {
  const row = event.target.closest("tr.finding");
  if (!row || window.getSelection()?.toString()) return;
  focusRow(row.querySelector("button.open"));
  chooseRow(row);
});

$rows.addEventListener("keydown", (event) => {
  const button = event.target.closest("button.open");
  if (!button || event.altKey || event.ctrlKey || event.metaKey) return;
  const buttons = rowButtons();
  const at = buttons.indexOf(button);
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 };
  if (event.key in moves) {
    event.preventDefault();
    const to = moves[event.key];
    if (buttons[to]) focusRow(buttons[to]);
    else turnPage(to < 0 ? -1 : 1, true);
  } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    event.preventDefault();
    const row = button.closest("tr");
    if ((button.getAttribute("aria-expanded") === "true") !== (event.key === "ArrowRight")) chooseRow(row);
  }
});

// --- keys, search, theme, print

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    byId("search").focus();
    byId("search").select();
  } else if (event.key === "Escape") escape(event);
});

function escape(event) {
  const facet = FACETS.find(({ element }) => element.open);
  if (facet) {
    facet.element.open = false;
    facet.summary.focus();
  } else if (event.target === byId("search")) {
    if (state.query) change(() => { state.query = ""; });
    else rowButtons()[0]?.focus();
  } else if (event.target.closest(".finding, .opened")) {
    const opened = event.target.closest(".opened");
    const row = opened ? opened.previousElementSibling : event.target.closest(".finding");
    if (row.classList.contains("is-open")) chooseRow(row);
    focusRow(row.querySelector("button.open"));
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest(".facet")) closeFacets(null);
});

let typed = 0;
byId("search").addEventListener("input", (event) => {
  cancelAnimationFrame(typed);
  typed = requestAnimationFrame(() => change(() => { state.query = event.target.value; }, { step: false }));
});
byId("search").addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "Enter") {
    const first = rowButtons()[0];
    if (first) { event.preventDefault(); focusRow(first); }
  }
});
byId("order").addEventListener("change", (event) => change(() => { state.order = event.target.value; }));
byId("clear").addEventListener("click", () => {
  change(() => {
    state.query = "";
    for (const { key } of FACETS) state.chosen[key] = new Set();
    state.chosen.status = new Set(USUAL);
  });
  byId("search").focus();
});
byId("previous").addEventListener("click", () => turnPage(-1, false));
byId("next").addEventListener("click", () => turnPage(1, false));

function themed() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const tell = () => { byId("theme").textContent = isDark() ? "Light" : "Dark"; byId("theme").title = isDark() ? "Light colours" : "Dark colours"; };
  try { const kept = localStorage.getItem("gsl-theme"); if (kept === "dark" || kept === "light") root.dataset.theme = kept; } catch { /* no storage here */ }
  byId("theme").addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("gsl-theme", root.dataset.theme); } catch { /* no storage here */ }
    tell();
  });
  dark.addEventListener("change", tell);
  byId("theme").hidden = false;
  tell();
}

const MOST_PRINTED = 1000;

addEventListener("beforeprint", () => {
  const rows = shown.slice(0, MOST_PRINTED);
  const opened = new Set([...$rows.querySelectorAll("tr.is-open")].map((row) => row.dataset.row));
  $rows.replaceChildren(...rows.map(rowElement));
  for (const row of [...$rows.children]) if (opened.has(row.dataset.row)) toggle(row, true);
  const filters = decodeURIComponent(hashOf().replaceAll("+", " ").replaceAll("&", ", "));
  byId("print-note").textContent = `${byId("told").textContent}${filters ? `, of ${filters}` : ""}${shown.length > rows.length ? `; the first ${number(rows.length)} are printed` : ""}.`;
});
addEventListener("afterprint", () => draw({ keep: true }));

// --- rules

const ruleRows = [...document.querySelectorAll("#rule-table tbody tr")].map((element, number_) => {
  const counts = [...element.querySelectorAll("td.num")].map((each) => Number(each.textContent.replaceAll(",", "")));
  const text = (kind) => element.querySelector(kind).textContent.toLowerCase();
  const [failed, errors, passed, excluded, other] = counts;
  return { element, number: number_, words: `${text(".r-title summary")} ${text(".r-type")}`, stateWord: element.querySelector(".r-state").textContent, severity: Number(element.dataset.grade), title: text(".r-title summary"), type: text(".r-type"), state: text(".r-state"), failed: -failed, errors: -errors, passed: -passed, excluded: -excluded, other: -other };
});

function drawRules() {
  const tokens = state.ruleQuery.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const row of ruleRows) {
    const fits = tokens.every((token) => row.words.includes(token)) && (!state.ruleState || row.stateWord === state.ruleState);
    row.element.hidden = !fits;
    count += fits;
  }
  byId("rule-told").textContent = count === ruleRows.length ? counted(count, "rule", "rules") : `${number(count)} of ${counted(ruleRows.length, "rule", "rules")}`;
  byId("rule-search").value = state.ruleQuery;
  byId("rule-state").value = state.ruleState;
}

function orderRules() {
  const backwards = state.ruleOrder.startsWith("-");
  const key = state.ruleOrder.replace("-", "") || "number";
  const known = ruleRows.length && key in ruleRows[0] ? key : "number";
  const compare = (a, b) => (a[known] < b[known] ? -1 : a[known] > b[known] ? 1 : 0) * (backwards ? -1 : 1) || a.number - b.number;
  document.querySelector("#rule-table tbody").append(...[...ruleRows].sort(compare).map((row) => row.element));
  for (const head of document.querySelectorAll("#rule-table th[data-sort]")) {
    if (head.dataset.sort === key) head.setAttribute("aria-sort", backwards ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
}

function buildRules() {
  byId("rule-tools").hidden = ruleRows.length < 2;
  for (const word of [...new Set(ruleRows.map((row) => row.stateWord))].sort()) byId("rule-state").append(make("option", { value: word }, word.toLowerCase()));
  byId("rule-search").addEventListener("input", (event) => { state.ruleQuery = event.target.value; keepState(false); drawRules(); });
  byId("rule-state").addEventListener("change", (event) => { state.ruleState = event.target.value; keepState(true); drawRules(); });
  for (const head of document.querySelectorAll("#rule-table th[data-sort]")) {
    const button = make("button", { type: "button", class: "sort", onclick: () => { state.ruleOrder = state.ruleOrder === head.dataset.sort ? `-${head.dataset.sort}` : head.dataset.sort; keepState(true); orderRules(); } }, head.textContent);
    head.replaceChildren(button);
  }
}

// --- links

function goTo(target) {
  const element = target && byId(target);
  if (!element) return false;
  if (element.closest("#rule-table")) {
    if (element.hidden) { state.ruleQuery = ""; state.ruleState = ""; keepState(true); drawRules(); }
    element.querySelector("details").open = true;
    element.querySelector("summary").focus({ preventScroll: true });
  } else if (target === "findings") element.focus({ preventScroll: true });
  element.scrollIntoView({ block: element.tagName === "TR" ? "center" : "start" });
  return true;
}

// Links inside the page leave the address to the state; words that lead to findings become links.
function buildLinks() {
  for (const word of document.querySelectorAll("[data-go]")) {
    const link = make("a", { href: `#${word.dataset.go}` }, ...word.childNodes);
    word.replaceWith(link);
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = link.getAttribute("href").slice(1);
    if (target.includes("=")) {
      event.preventDefault();
      const given = new URLSearchParams(target);
      change(() => {
        state.query = "";
        for (const { key } of FACETS) state.chosen[key] = new Set(given.getAll(key));
        if (!given.has("status")) state.chosen.status = new Set(USUAL);
        state.chosen.status.delete("any");
      });
      goTo("findings");
    } else if (goTo(target)) event.preventDefault();
  });
}

function follow() {
  if (!location.hash || location.hash.includes("=")) {
    readState();
    draw({ keep: true });
    drawRules();
    orderRules();
  } else goTo(location.hash.slice(1));
}

document.documentElement.classList.add("scripted");
document.querySelector(".with-script").hidden = false;
document.querySelector(".without-script").hidden = true;
themed();
buildFacets();
buildRules();
buildLinks();
readState();
draw({ keep: true });
drawRules();
if (state.ruleOrder) orderRules();
if (location.hash && !location.hash.includes("=")) goTo(location.hash.slice(1));
else if (state.open || location.hash) byId("findings").scrollIntoView();
addEventListener("hashchange", follow);
