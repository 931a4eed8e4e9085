import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { binary } from "../../runtimes/shared/project.mjs";
import { child } from "../shared/child.mjs";

const bun = binary("@oven", "bin", "bun");
const PROGRAM = fileURLToPath(new URL("../programs/fetch.mjs", import.meta.url));

export const name = "bun";
export const kinds = ["fetch"];
export const title = `selvedge/fetch behind Bun.serve in Bun ${execFileSync(bun, ["--version"], { encoding: "utf8" }).trim()}`;
export const open = (rules) => child(bun, ["run", PROGRAM, JSON.stringify(rules)]);
