// The peers that package.json pins, as `cargo xtask bench --peers` installs them, and this package's own entries.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { entry, root } from "../package.mjs";

const folder = process.env.SELVEDGE_PEERS ?? join(root, "target", "tools", "peers");
const require = createRequire(join(folder, "/"));

/** A peer's module. */
export async function peer(name) {
  return import(pathToFileURL(require.resolve(name)).href);
}

/** A file of a peer's package. */
export const peerFile = (name, file) => join(folder, "node_modules", name, file);

/** An entry of this package that takes compiled plans, also those with regular expressions. */
export function ours(name, withRegex = false) {
  return import(pathToFileURL(entry(`compiled/${withRegex ? "regex/" : ""}${name}`)).href);
}

/** The versions of all of them. */
export function versions() {
  const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
  return dependencies;
}

/** One of them prints a summary of each file. */
export function quietly(work) {
  const { log, warn, info } = console;
  Object.assign(console, { log() {}, warn() {}, info() {} });
  try {
    return work();
  } finally {
    Object.assign(console, { log, warn, info });
  }
}
