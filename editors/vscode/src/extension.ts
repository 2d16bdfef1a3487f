// The extension: starts the language server for rule files and those beside them, and anew when its settings change.

import * as vscode from "vscode";

import { Client } from "./client";
import { endedEarly, executable, initializationOptions, launch, Settings } from "./server";

/** The files that the server is started for; once it runs, it asks for those that settings and configuration name. */
const OURS: vscode.DocumentFilter[] = [
  { language: "gsl" },
  { scheme: "file", pattern: "**/*.test.yaml" },
  { scheme: "file", pattern: "**/{exclusions,*.exclusions,framework,*.framework}.{yaml,yml}" },
];

let client: Client | undefined;
let wanted = false;
let log: vscode.LogOutputChannel;
let turn: Promise<void> = Promise.resolve();

/** Called by the editor when the first rule or YAML file is opened; only one of ours starts the server. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  log = vscode.window.createOutputChannel("GSL", { log: true });
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand("gsl.restart", () => begin()),
    vscode.commands.registerCommand("gsl.showLog", () => log.show()),
    vscode.workspace.onDidChangeConfiguration((change) => (wanted && change.affectsConfiguration("gsl") ? restart() : undefined)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => (wanted ? restart() : undefined)),
    vscode.workspace.onDidOpenTextDocument((document) => (!wanted && isOurs(document) ? begin() : undefined)),
  );
  if (vscode.workspace.textDocuments.some(isOurs)) await begin();
}

/** Called by the editor at its end. */
export async function deactivate(): Promise<void> {
  await next(stop);
}

function isOurs(document: vscode.TextDocument): boolean {
  return vscode.languages.match(OURS, document) > 0;
}

function begin(): Promise<void> {
  wanted = true;
  return restart();
}

function restart(): Promise<void> {
  return next(async () => {
    await stop();
    await start();
  });
}

/** Do one thing after another, so that quick changes of the settings leave one server. */
function next(action: () => Promise<void>): Promise<void> {
  turn = turn.then(action, action);
  return turn;
}

async function stop(): Promise<void> {
  const old = client;
  client = undefined;
  await old?.dispose().catch(() => undefined);
}

async function start(): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    log.info("The workspace is not trusted: colours only.");
    return;
  }
  const settings = settingsNow();
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const command = executable(settings, folder);
  log.info(`Starting ${command} lsp`);
  try {
    await connect(command, initializationOptions(settings, folder));
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
  }
}

async function connect(command: string, options: Record<string, unknown>): Promise<void> {
  const running = await launch(command);
  const made = Client.of(command, running, {
    documentSelector: [{ language: "gsl" }],
    initializationOptions: options,
    outputChannel: log,
  });
  client = made;
  try {
    await made.begin();
  } catch (error) {
    client = undefined;
    running.process.kill();
    const said = running.said();
    throw said || running.process.exitCode !== null ? new Error(endedEarly(command, said)) : error;
  }
}

function settingsNow(): Settings {
  const given = vscode.workspace.getConfiguration("gsl");
  return {
    path: given.get("path", "gsl"),
    entities: given.get("entities", []),
    lists: given.get("lists", {}),
    schema: given.get("schema", []),
    exclusions: given.get("exclusions", []),
    frameworks: given.get("frameworks", []),
    strict: given.get("strict", false),
  };
}

/** Show what is wrong, with a way to the setting and to the log; nothing waits for the answer. */
function tell(message: string): void {
  log.error(message);
  void vscode.window.showErrorMessage(message, "Open Settings", "Show Log").then((choice) => {
    if (choice === "Open Settings") {
      void vscode.commands.executeCommand("workbench.action.openSettings", "gsl.path");
    } else if (choice === "Show Log") {
      log.show();
    }
  });
}
