// The part of the extension that needs no editor, as a module.

import { build } from "esbuild";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gsl-bundle-"));
const outfile = path.join(folder, "server.cjs");
const entry = path.join(import.meta.dirname, "..", "src", "server.ts");
await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "cjs", logLevel: "warning" });

export const server = createRequire(import.meta.url)(outfile);
fs.rmSync(folder, { recursive: true });
