// A text cut by the grammar, as the editor does it.

import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";

const require = createRequire(import.meta.url);
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");
const here = import.meta.dirname;
const GRAMMARS = {
  "source.gsl": path.join(here, "..", "syntaxes", "gsl.tmLanguage.json"),
  "markdown.gsl.codeblock": path.join(here, "..", "syntaxes", "markdown.tmLanguage.json"),
  "source.yaml": path.join(here, "yaml.tmLanguage.json"), // as much of YAML as can stay open over a line
};

await oniguruma.loadWASM(fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")).buffer);
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async (scope) => {
    if (scope === "text.html.markdown") return { scopeName: scope, patterns: [] };
    const file = GRAMMARS[scope];
    return file === undefined ? null : textmate.parseRawGrammar(fs.readFileSync(file, "utf-8"), file);
  },
  getInjections: (scope) => (scope === "text.html.markdown" ? ["markdown.gsl.codeblock"] : []),
});

/** The tokens of a text, line breaks among them, each with its scopes. */
export async function tokenized(text, scope = "source.gsl") {
  const grammar = await registry.loadGrammar(scope);
  let state = textmate.INITIAL;
  const found = [];
  const lines = text.split("\n");
  for (const [number, line] of lines.entries()) {
    const whole = number < lines.length - 1 ? line + "\n" : line;
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    for (const [index, token] of tokens.entries()) {
      const end = index + 1 < tokens.length ? tokens[index + 1].startIndex : whole.length;
      if (end > token.startIndex) found.push({ text: whole.slice(token.startIndex, end), scopes: token.scopes });
    }
  }
  return found;
}
