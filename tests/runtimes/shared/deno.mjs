// Deno, from its npm package, without network and without what it would keep between runs.
import { execFileSync } from "node:child_process";
import { throughFiles } from "./conformance.mjs";
import { binary } from "./project.mjs";
import { fileURLToPath } from "node:url";

export const deno = binary("@deno", "", "deno");
const FLAGS = ["run", "--quiet", "--no-remote", "--no-lock", "--no-prompt", "--node-modules-dir=manual", "--allow-read", "--allow-write"];

export const [, version] = execFileSync(deno, ["--version"], { encoding: "utf8" }).split(/\s+/);

export const inDeno = (program) => throughFiles(deno, ...FLAGS, fileURLToPath(program));
