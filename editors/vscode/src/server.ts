// The server's process: which command it is, what it is told, and what to say when it cannot be started.

import { ChildProcess, spawn } from "node:child_process";
import * as os from "node:os";
import * as path from "node:path";

export interface Settings {
  path: string;
  entities: string[];
  lists: string | Record<string, unknown>;
  schema: string[];
  exclusions: string[];
  frameworks: string[];
  strict: boolean;
}

/** A server that runs, and the end of what it wrote to standard error. */
export interface Running {
  process: ChildProcess;
  said: () => string;
}

const INSTALL = "install it with `pip install 'gsl-engine[lsp]'`";
const NO_COMMAND = /there is no command `lsp`/;
const KEPT = 4000;

/** A path of the settings with `~` and `${workspaceFolder}` filled in. */
export function expanded(text: string, folder: string | undefined): string {
  const home = text === "~" || text.startsWith("~/") ? os.homedir() + text.slice(1) : text;
  return home.replaceAll("${workspaceFolder}", () => folder ?? "");
}

/**
 * The command to start: a bare name is looked up on the path, anything else is relative to the workspace.
 * The process never starts in the workspace's folder, so that no `gsl` lying there is taken for the command.
 */
export function executable(settings: Settings, folder: string | undefined): string {
  const name = expanded(settings.path.trim() || "gsl", folder);
  return /[\\/]/.test(name) ? path.resolve(folder ?? os.homedir(), name) : name;
}

/** What the server is told at its start. */
export function initializationOptions(settings: Settings, folder: string | undefined): Record<string, unknown> {
  const { lists, strict } = settings;
  const filled = (value: unknown): unknown => (typeof value === "string" ? expanded(value, folder) : value);
  const named = (given: object) => Object.fromEntries(Object.entries(given).map(([name, each]) => [name, filled(each)]));
  return {
    entities: settings.entities.map(filled),
    lists: typeof lists === "string" ? expanded(lists, folder) || {} : named(lists),
    schema: settings.schema.map(filled),
    exclusions: settings.exclusions.map(filled),
    frameworks: settings.frameworks.map(filled),
    strict,
  };
}

/** Start `gsl lsp`. Rejects with an error that tells users what to do. */
export function launch(command: string): Promise<Running> {
  return new Promise((resolve, reject) => {
    const server = spawn(command, ["lsp"], { stdio: "pipe", cwd: os.homedir(), env: { ...process.env, NO_COLOR: "1" } });
    let said = "";
    server.stderr.setEncoding("utf-8").on("data", (text: string) => {
      said = (said + text).slice(-KEPT);
    });
    server.stdin.on("error", () => undefined); // it ended; that is told where its answers are waited for
    server.once("error", (error: NodeJS.ErrnoException) => reject(new Error(notStarted(command, error))));
    server.once("spawn", () => resolve({ process: server, said: () => said }));
  });
}

/** What to say of a command that could not be started. */
export function notStarted(command: string, error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") {
    return `The command \`${command}\` was not found: ${INSTALL}, or name it in the setting gsl.path.`;
  }
  return `The command \`${command}\` could not be started (${error.code ?? error.message}): see the setting gsl.path.`;
}

/** What to say of a server that ended before it answered. */
export function endedEarly(command: string, said: string): string {
  if (NO_COMMAND.test(said)) {
    return `\`${command}\` is too old, it has no language server: bring it up to date with \`pip install -U 'gsl-engine[lsp]'\`.`;
  }
  const lines = said.trim().split("\n");
  const last = lines[lines.length - 1];
  return last ? `The language server ended: ${last}` : `\`${command} lsp\` ended without a word; is it the command of gsl?`;
}
