/** Packages that tests/tools pins, from where `cargo xtask` installs them. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { tools } from "../runtimes/shared/project.mjs";

const require = createRequire(join(tools, "package.json"));

export function requireTool(name) {
  return require(name);
}

export function toolPath(name, file) {
  return join(tools, "node_modules", name, file);
}

/** A package that has modules only. */
export async function importTool(name) {
  const { exports, module, main } = require(toolPath(name, "package.json"));
  const entry = typeof exports === "string" ? exports : (exports?.["."]?.import ?? exports?.["."] ?? exports?.import ?? module ?? main);
  const file = typeof entry === "string" ? entry : entry.default;
  return import(pathToFileURL(toolPath(name, file)));
}
