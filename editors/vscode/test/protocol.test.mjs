// The server that comes with gsl answers what the extension says to it, started as the extension starts it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";

import { server } from "./bundled.mjs";

const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = createRequire(import.meta.url)("vscode-jsonrpc/node");
const gsl = process.env.GSL ?? "gsl";
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gsl-protocol-"));
after(() => fs.rmSync(folder, { recursive: true }));

const asked = spawnSync(gsl, ["lsp", "--help"], { encoding: "utf-8" });
assert.equal(asked.error, undefined, `${gsl} is not there; GSL names the command`);
const skip = /there is no command/.test(asked.stderr) ? `${gsl} has no language server` : false;

test("the server starts, takes its options and tells what is wrong with a rule and files beside it", { skip, timeout: 60_000 }, async () => {
  fs.writeFileSync(path.join(folder, "users.json"), JSON.stringify([{ type: "IamUser", id: "1", ourOwn: true }]));
  const settings = { path: gsl, entities: ["${workspaceFolder}/users.json"], lists: {}, schema: [], exclusions: ["w.yaml"], frameworks: [], strict: false };
  const running = await server.launch(server.executable(settings, folder));
  const connection = createMessageConnection(new StreamMessageReader(running.process.stdout), new StreamMessageWriter(running.process.stdin));
  const uri = pathToFileURL(path.join(folder, "a.gsl")).href;
  const waivers = pathToFileURL(path.join(folder, "w.yaml")).href;
  const listening = new Map();
  const found = (wanted) => new Promise((resolve) => listening.set(wanted, resolve));
  connection.onNotification("textDocument/publishDiagnostics", (told) => told.diagnostics.length && listening.get(told.uri)?.(told.diagnostics));
  const followed = new Promise((resolve) => {
    connection.onRequest((method, params) => (method === "client/registerCapability" && resolve(params.registrations), null));
  });
  connection.listen();
  const answer = await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "w" }],
    capabilities: { textDocument: { synchronization: { dynamicRegistration: true } } },
    initializationOptions: server.initializationOptions(settings, folder),
  });
  assert.ok(answer.capabilities.textDocumentSync !== undefined);
  await connection.sendNotification("initialized", {});
  const ofRule = found(uri);
  const text = "IamUser should have ourOwm = true\n";
  await connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "gsl", version: 1, text } });
  assert.match(JSON.stringify(await ofRule), /ourOwn/);
  const patterns = (await followed).map(({ method, registerOptions }) => [method, registerOptions.documentSelector.map((each) => each.pattern)]);
  assert.deepEqual(patterns.map(([method]) => method).sort(), ["didChange", "didClose", "didOpen", "didSave"].map((each) => `textDocument/${each}`));
  for (const [, each] of patterns) assert.ok(each.includes("**/*.test.yaml") && each.includes(path.join(folder, "w.yaml")), each.join());
  const wrong = { uri: waivers, languageId: "yaml", version: 1, text: "exclusions: [{rules: x}]\n" };
  const ofWaivers = found(waivers);
  await connection.sendNotification("textDocument/didOpen", { textDocument: wrong });
  assert.match(JSON.stringify(await ofWaivers), /has no `reason`/);
  await connection.sendRequest("shutdown");
  const closed = new Promise((resolve) => running.process.once("close", resolve));
  await connection.sendNotification("exit");
  assert.equal(await closed, 0);
});
