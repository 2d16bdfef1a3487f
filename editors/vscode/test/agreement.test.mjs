// The grammar gives every character of every bundled rule the colour that the language's own pieces give it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";

import { tokenized } from "./tokenized.mjs";

const here = import.meta.dirname;
const rules = path.join(here, "..", "..", "..", "rules");
const python = process.env.PYTHON ?? "python3";
const files = [rules, path.join(here, "snapshots")]
  .flatMap((folder) => fs.readdirSync(folder, { recursive: true }).map((name) => path.join(folder, name)))
  .filter((name) => name.endsWith(".gsl"));

const KINDS = {
  "comment.line": "comment",
  "keyword.control": "clause",
  "keyword.operator.wordlike.logical": "connective",
  "keyword.operator.wordlike.test": "test",
  "keyword.operator.wordlike.array": "array",
  "constant.language": "constant",
  "entity.name.type": "type",
  "support.function": "function",
  "entity.name.function": "call",
  "variable.other.property": "path",
  "variable.language": "scope",
  "variable.other.constant": "list",
  "string.quoted": "string",
  "string.regexp": "regex",
  "constant.numeric": "number",
  "keyword.operator.comparison": "comparator",
  "punctuation.gsl": "punctuation",
  "invalid.illegal": "error",
};

function kindOf(scopes) {
  for (const scope of [...scopes].reverse()) {
    const known = Object.keys(KINDS).find((start) => scope.startsWith(start));
    if (known !== undefined) return KINDS[known];
  }
  return "none";
}

/** What is open at the end of a text is an error to the language; the grammar takes it for a text. */
const alike = (kind, grammar, piece) => kind === grammar || (kind === "error" && grammar === "string" && /^['"]/.test(piece));

function faults({ file, below, pieces }, tokens) {
  const kinds = tokens.flatMap(({ text, scopes }) => Array(text.length).fill(kindOf(scopes)));
  const found = [];
  let place = below;
  for (const [kind, piece] of pieces) {
    for (let number = place; number < place + piece.length; number++) {
      if (kind !== "blank" && piece[number - place] !== "\n" && !alike(kind, kinds[number], piece)) {
        found.push(`${path.basename(file)}: ${piece} is ${kind}, to the grammar ${kinds[number]}`);
        break;
      }
    }
    place += piece.length;
  }
  return found;
}

test("the grammar agrees with the language on all bundled rules", async () => {
  assert.ok(files.length > 100, "there are bundled rules");
  const ran = spawnSync(python, [path.join(here, "pieces.py")], { input: files.join("\n"), encoding: "utf-8", maxBuffer: 2 ** 28 });
  assert.equal(ran.status, 0, `${python} cannot import gsl; PYTHON names one that can\n${ran.stderr}`);
  const found = [];
  for (const each of JSON.parse(ran.stdout)) {
    const text = fs.readFileSync(each.file, "utf-8");
    found.push(...faults({ ...each }, await tokenized(text)));
  }
  assert.deepEqual(found, []);
});

test("front matter is YAML and ends at its fence, whatever is open in it", async () => {
  const tokens = await tokenized("---\nid: 'open\n---\nT should fail\n");
  const inside = tokens.filter(({ scopes }) => scopes.includes("meta.embedded.block.yaml"));
  assert.deepEqual(inside.map(({ text }) => text).join(""), "id: 'open\n");
  assert.deepEqual(tokens.find(({ text }) => text === "T").scopes, ["source.gsl", "entity.name.type.gsl"]);
});

test("fences of gsl in Markdown are rules, with and without front matter, and end where they end", async () => {
  const text = "text\n\n```gsl title=\"a.gsl\"\n---\nid: 'open\n---\nT should fail # c\n```\nT should\n\n~~~gsl\nU where a = 'x\n~~~\nU where\n\n```gslx\nV where\n```\n";
  const tokens = await tokenized(text, "text.html.markdown");
  const scoped = (part) => tokens.filter(({ scopes }) => scopes.some((scope) => scope.startsWith(part))).map((token) => token.text);
  assert.deepEqual(scoped("entity.name.type.gsl"), ["T", "U"]);
  assert.deepEqual(scoped("meta.embedded.block.yaml").join(""), "id: 'open\n");
  assert.deepEqual(scoped("keyword.control.gsl"), ["should", "fail", "where"]);
  assert.deepEqual(scoped("comment.line"), ["# c\n"]);
  assert.deepEqual(scoped("invalid"), []);
});
