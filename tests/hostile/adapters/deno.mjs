import { fileURLToPath } from "node:url";
import { deno, version } from "../../runtimes/shared/deno.mjs";
import { child } from "../shared/child.mjs";

const PROGRAM = fileURLToPath(new URL("../programs/fetch.mjs", import.meta.url));
const FLAGS = ["run", "--quiet", "--no-remote", "--no-lock", "--no-prompt", "--node-modules-dir=manual", "--allow-read", "--allow-net=127.0.0.1,localhost", "--allow-env"];

export const name = "deno";
export const kinds = ["fetch"];
export const title = `selvedge/fetch behind Deno.serve in Deno ${version}`;
export const open = (rules) => child(deno, [...FLAGS, PROGRAM, JSON.stringify(rules)]);
