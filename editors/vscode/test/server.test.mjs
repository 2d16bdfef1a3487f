// Which command is started, what it is told, and what users read when it does not work.

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";

import { server } from "./bundled.mjs";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gsl-server-"));
after(() => fs.rmSync(folder, { recursive: true }));
const { endedEarly, executable, initializationOptions, launch } = server;

const settings = { path: "gsl", entities: [], lists: {}, schema: [], exclusions: [], frameworks: [], strict: false };

function script(text) {
  const file = path.join(folder, `gsl-${fs.readdirSync(folder).length}`);
  fs.writeFileSync(file, `#!${process.execPath}\n${text}`, { mode: 0o755 });
  return file;
}

async function ended(running) {
  await new Promise((resolve) => running.process.once("close", resolve));
  return running;
}

test("a bare name is looked up on the path, others are paths from the workspace", () => {
  const named = (name) => executable({ ...settings, path: name }, "/ws");
  assert.equal(named("gsl"), "gsl");
  assert.equal(named("  "), "gsl");
  assert.equal(named(".venv/bin/gsl"), path.resolve("/ws/.venv/bin/gsl"));
  assert.equal(named("${workspaceFolder}/a $& b/gsl"), path.resolve("/ws/a $& b/gsl"));
  assert.equal(named("~/bin/gsl"), path.join(os.homedir(), "bin/gsl"));
  assert.equal(named("/usr/bin/gsl"), path.resolve("/usr/bin/gsl"));
});

test("the server is told where entities, lists and schemas are", () => {
  const given = { ...settings, entities: ["${workspaceFolder}/e.json", "x/*.json"], lists: { Regions: "~/r.txt", Ports: [22] }, schema: ["s.json"], exclusions: ["w/*.yaml"], frameworks: ["${workspaceFolder}/f.yaml"] };
  assert.deepEqual(initializationOptions(given, "/ws"), {
    entities: ["/ws/e.json", "x/*.json"],
    lists: { Regions: `${os.homedir()}/r.txt`, Ports: [22] },
    schema: ["s.json"],
    exclusions: ["w/*.yaml"],
    frameworks: ["/ws/f.yaml"],
    strict: false,
  });
  assert.equal(initializationOptions({ ...settings, lists: "lists.json" }, "/ws").lists, "lists.json");
  assert.deepEqual(initializationOptions({ ...settings, lists: "" }, "/ws").lists, {});
});

test("a command that is not there", async () => {
  await assert.rejects(launch(path.join(folder, "none")), /none` was not found: install it with `pip install 'gsl-engine\[lsp\]'`, or name it in the setting gsl\.path/);
});

test("a file that is no command", async () => {
  const file = path.join(folder, "plain");
  fs.writeFileSync(file, "", { mode: 0o644 });
  await assert.rejects(launch(file), /plain` could not be started \(EACCES\): see the setting gsl\.path/);
});

test("a gsl that has no language server", async () => {
  const told = "Usage: gsl\n\nError: there is no command `lsp`. Commands: eval.";
  const command = script(`console.error(${JSON.stringify(told)}); process.exit(process.argv[2] === "lsp" ? 2 : 0)`);
  const running = await ended(await launch(command));
  assert.equal(endedEarly(command, running.said()), `\`${command}\` is too old, it has no language server: bring it up to date with \`pip install -U 'gsl-engine[lsp]'\`.`);
});

test("a gsl without the extra says so itself", async () => {
  const command = script(`console.error("error: the language server needs pygls: pip install 'gsl-engine[lsp]'"); process.exit(2)`);
  const running = await ended(await launch(command));
  assert.match(endedEarly(command, running.said()), /^The language server ended: error: .* pip install 'gsl-engine\[lsp\]'$/);
});

test("a command that ends without a word", () => {
  assert.equal(endedEarly("gsl", ""), "`gsl lsp` ended without a word; is it the command of gsl?");
});

test("a server that talks much keeps running, and the end of it is kept", async () => {
  const command = script(`process.stderr.write("x".repeat(1_000_000) + "the end"); process.stdin.resume()`);
  const running = await launch(command);
  running.process.stdin.end();
  await ended(running);
  assert.equal(running.process.exitCode, 0);
  assert.equal(running.said().length, 4000);
  assert.ok(running.said().endsWith("xthe end"));
});
