// Makes what the extension is packed from: dist/ with the bundle and the licences of what is in it, and LICENSE.

import { build } from "esbuild";
import * as fs from "node:fs";
import * as path from "node:path";

const here = import.meta.dirname;
const licence = path.join(here, "..", "..", "LICENSE");

const made = await build({
  entryPoints: [path.join(here, "src", "extension.ts")],
  outfile: path.join(here, "dist", "extension.js"),
  absWorkingDir: here,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  minify: true,
  metafile: true,
  logLevel: "warning",
});

const packages = new Set(
  Object.keys(made.metafile.inputs)
    .map((name) => name.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1])
    .filter((name) => name !== undefined),
);
const notices = [...packages].sort().map((folder) => {
  const { name, version } = JSON.parse(fs.readFileSync(path.join(here, folder, "package.json"), "utf-8"));
  const file = fs.readdirSync(path.join(here, folder)).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  return `${name} ${version}\n\n${fs.readFileSync(path.join(here, folder, file), "utf-8").trim()}\n`;
});
fs.writeFileSync(path.join(here, "dist", "third-party-licenses.txt"), notices.join("\n----\n\n"));
fs.copyFileSync(licence, path.join(here, "LICENSE"));
