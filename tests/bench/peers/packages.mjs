// The peers that package.json pins, as `cargo xtask bench --peers` installs them.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../package.mjs";

const folder = process.env.SELVEDGE_PEERS ?? join(root, "target", "tools", "peers");
const require = createRequire(join(folder, "/"));

/** A peer's module. */
export async function peer(name) {
  return import(pathToFileURL(require.resolve(name)).href);
}

/** The versions of all of them. */
export function versions() {
  const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
  return dependencies;
}
