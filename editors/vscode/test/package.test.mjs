// What is packed for users holds all of the extension and nothing else, and the editor can load it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import Module, { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { minimatch } from "minimatch";
import yauzl from "yauzl";

const root = path.join(import.meta.dirname, "..");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gsl-vsix-"));
after(() => fs.rmSync(folder, { recursive: true }));

const vsix = path.join(folder, "gsl.vsix");
const vsce = path.join(root, "node_modules", "@vscode", "vsce", "vsce");
const options = ["--no-dependencies", "--allow-missing-repository", "--out", vsix];
execFileSync(process.execPath, [vsce, "package", ...options], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });

async function unpacked() {
  const zip = await yauzl.openPromise(vsix);
  const files = {};
  for await (const entry of zip.eachEntry()) {
    const chunks = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk);
    files[entry.fileName] = Buffer.concat(chunks);
  }
  return files;
}

const files = await unpacked();
const manifest = JSON.parse(files["extension/package.json"].toString());

test("the package holds what the extension needs and nothing else", () => {
  assert.deepEqual(Object.keys(files).sort(), [
    "[Content_Types].xml",
    "extension.vsixmanifest",
    "extension/LICENSE.txt",
    "extension/dist/extension.js",
    "extension/dist/third-party-licenses.txt",
    "extension/language-configuration.json",
    "extension/package.json",
    "extension/readme.md",
    "extension/syntaxes/gsl.tmLanguage.json",
    "extension/syntaxes/markdown.tmLanguage.json",
  ]);
});

test("every file that the manifest names is packed, and is JSON where it should be", () => {
  const { languages, grammars } = manifest.contributes;
  const named = [manifest.main, ...languages.map((each) => each.configuration), ...grammars.map((each) => each.path)];
  for (const name of named) {
    const content = files[path.posix.join("extension", name)];
    assert.ok(content, name);
    if (name.endsWith(".json")) JSON.parse(content.toString());
  }
});

test("the bundle names its licences", () => {
  const notices = files["extension/dist/third-party-licenses.txt"].toString().split("\n").filter((line) => /^[\w-]+ \d/.test(line));
  for (const name of ["minimatch", "semver", "vscode-jsonrpc", "vscode-languageclient", "vscode-languageserver-protocol"]) {
    assert.ok(notices.some((line) => line.startsWith(`${name} `)), name);
  }
});

/** Whether a file is meant; of patterns as much as the extension needs. */
function fits(filter, language, name) {
  return filter.pattern ? minimatch(name, filter.pattern) : filter.language === language;
}

/** As much of the editor as the extension needs until the server answers. */
function editor(settings, trusted = true, opened = ["a.gsl"]) {
  const told = [];
  const listening = [];
  const commands = {};
  const nothing = { dispose() {} };
  const taking = (kind) => (text) => void told.push([kind, text]);
  const lines = { appendLine: taking("line"), info: taking("info"), error: taking("log"), debug: taking("debug") };
  const channel = { ...nothing, ...lines, show() {}, logLevel: 3, onDidChangeLogLevel: () => nothing };
  class EventEmitter {
    event = () => nothing;
    fire() {}
    dispose() {}
  }
  const api = {
    EventEmitter,
    version: manifest.engines.vscode.slice(1), // the oldest that is promised
    window: {
      visibleTextEditors: [],
      createOutputChannel: () => channel,
      showErrorMessage: async (text) => void told.push(["message", text]),
    },
    commands: { registerCommand: (name, action) => ((commands[name] = action), nothing), executeCommand: async () => {} },
    languages: { match: (filters, { languageId, fileName }) => (filters.some((each) => fits(each, languageId, fileName)) ? 10 : 0) },
    workspace: {
      onDidOpenTextDocument: (listener) => (listening.push(listener), nothing),
      isTrusted: trusted,
      textDocuments: opened.map((name) => ({ languageId: name.endsWith(".gsl") ? "gsl" : "yaml", fileName: name })),
      workspaceFolders: [{ uri: { fsPath: folder } }],
      getConfiguration: () => ({ get: (name, usual) => settings[name] ?? usual }),
      onDidChangeConfiguration: () => nothing,
      onDidGrantWorkspaceTrust: () => nothing,
    },
  };
  const member = (target, name) => (name in target || typeof name === "symbol" ? target[name] : anything());
  const filled = (target) => new Proxy(target, { get: member, apply: () => nothing });
  const anything = () => filled(class {});
  const whole = filled({ ...api, window: filled(api.window), workspace: filled(api.workspace) });
  const open = (fileName) => Promise.all(listening.map((each) => each({ languageId: "yaml", fileName })));
  return { api: whole, told, commands, open };
}

function loaded(api) {
  const file = path.join(folder, "extension.js");
  fs.writeFileSync(file, files["extension/dist/extension.js"]);
  const load = Module._load;
  Module._load = (name, ...rest) => (name === "vscode" ? api : load(name, ...rest));
  try {
    const require = createRequire(import.meta.url);
    delete require.cache[file];
    return require(file);
  } finally {
    Module._load = load;
  }
}

test("the packed extension says what to do when gsl is not there", async () => {
  const { api, told, commands } = editor({ path: "./no/such/gsl" });
  const subscriptions = [];
  const extension = loaded(api);
  await extension.activate({ subscriptions });
  const missing = path.join(folder, "no", "such", "gsl");
  assert.deepEqual(told.filter(([kind]) => kind === "message"), [
    ["message", `The command \`${missing}\` was not found: install it with \`pip install 'gsl-engine[lsp]'\`, or name it in the setting gsl.path.`],
  ]);
  assert.deepEqual(Object.keys(commands).sort(), manifest.contributes.commands.map((each) => each.command).sort());
  assert.equal(subscriptions.length, 6);
  await extension.deactivate();
});

test("nothing is started in a workspace that is not trusted", async () => {
  const { api, told } = editor({ path: "./no/such/gsl" }, false);
  await loaded(api).activate({ subscriptions: [] });
  assert.deepEqual(told, [["info", "The workspace is not trusted: colours only."]]);
});

test("of YAML files only those that gsl knows start the server", async () => {
  for (const [name, starts] of [["a.test.yaml", 1], ["exclusions.yml", 1], ["x/cis.framework.yaml", 1], ["test.yaml", 0], ["ci.yml", 0]]) {
    for (const at of ["before", "after"]) {
      const { api, told, open } = editor({ path: "./no/such/gsl" }, true, at === "before" ? [name] : []);
      await loaded(api).activate({ subscriptions: [] });
      if (at === "after") await open(name);
      assert.equal(told.filter(([kind]) => kind === "message").length, starts, `${name}, opened ${at}`);
    }
  }
});

/** A server that answers as little as it may, and writes down what it was told. */
const SERVER = `#!${process.execPath}
const fs = require("node:fs");
let text = "";
const answer = (id, result) => {
  const body = JSON.stringify({ jsonrpc: "2.0", id, result });
  process.stdout.write("Content-Length: " + body.length + "\\r\\n\\r\\n" + body);
};
process.stdin.setEncoding("utf-8").on("data", (more) => {
  text += more;
  for (let head; (head = text.match(/^Content-Length: (\\d+)[^]*?\\r\\n\\r\\n/)) && text.length >= head[0].length + Number(head[1]); ) {
    const message = JSON.parse(text.slice(head[0].length, head[0].length + Number(head[1])));
    text = text.slice(head[0].length + Number(head[1]));
    fs.appendFileSync(__filename + ".log", JSON.stringify([process.argv.slice(2), message]) + "\\n");
    if (message.method === "initialize") answer(message.id, { capabilities: {} });
    if (message.method === "initialized" && fs.existsSync(__filename + ".crash")) {
      fs.unlinkSync(__filename + ".crash");
      process.exit(1);
    }
    if (message.method === "shutdown") answer(message.id, null);
    if (message.method === "exit") process.exit(0);
  }
});
`;

/** The lines of a file as soon as it matches, or what it holds after ten seconds. */
async function written(file, pattern) {
  const end = Date.now() + 10_000;
  const content = () => fs.readFileSync(file, "utf-8");
  while (!pattern.test(content()) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  return content().trim().split("\n").map((line) => JSON.parse(line));
}

test("the packed extension starts the server, tells it the settings and ends it", async () => {
  const command = path.join(folder, "server");
  fs.writeFileSync(command, SERVER, { mode: 0o755 });
  const { api, told } = editor({ path: "${workspaceFolder}/server", entities: ["${workspaceFolder}/e.json"], lists: { A: ["x"] }, schema: ["s.json"] });
  const extension = loaded(api);
  await extension.activate({ subscriptions: [] });
  await extension.deactivate();
  assert.deepEqual(told.filter(([kind]) => kind !== "info" && kind !== "debug"), []);
  const log = await written(`${command}.log`, /"exit"/);
  assert.deepEqual(log.map(([, { method }]) => method), ["initialize", "initialized", "shutdown", "exit"]);
  const [[given, { params }]] = log;
  assert.deepEqual(given, ["lsp"]);
  assert.deepEqual(params.initializationOptions, { entities: [path.join(folder, "e.json")], lists: { A: ["x"] }, schema: ["s.json"], exclusions: [], frameworks: [], strict: false });
});

test("a server that dies is started anew", async () => {
  const command = path.join(folder, "dying");
  fs.writeFileSync(command, SERVER, { mode: 0o755 });
  fs.writeFileSync(`${command}.crash`, "");
  const { api } = editor({ path: command });
  const extension = loaded(api);
  await extension.activate({ subscriptions: [] });
  await written(`${command}.log`, /"initialized"[^]*"initialized"/);
  await extension.deactivate();
  const log = await written(`${command}.log`, /"exit"/);
  const methods = log.map(([, { method }]) => method);
  assert.deepEqual(methods, ["initialize", "initialized", "initialize", "initialized", "shutdown", "exit"]);
});

for (const [what, told, message] of [
  ["is too old", "Error: there is no command `lsp`. Commands: eval.", /^`.*old` is too old, it has no language server: .* `pip install -U 'gsl-engine\[lsp\]'`\.$/],
  ["lacks the extra", "error: the language server needs pygls", /^The language server ended: error: the language server needs pygls$/],
]) {
  test(`the packed extension says so once when gsl ${what}`, async () => {
    const command = path.join(folder, "old");
    fs.writeFileSync(command, `#!${process.execPath}\nconsole.error(${JSON.stringify(told)}); process.exitCode = 2;`, { mode: 0o755 });
    const { api, told: shown } = editor({ path: command });
    const extension = loaded(api);
    await extension.activate({ subscriptions: [] });
    await extension.deactivate();
    const messages = shown.filter(([kind]) => kind === "message").map(([, text]) => text);
    assert.equal(messages.length, 1, messages.join("\n"));
    assert.match(messages[0], message);
  });
}
