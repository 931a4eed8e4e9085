// The programs that tests/tools pins, as `cargo xtask` installs them.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./package.mjs";

export const tools = process.env.SELVEDGE_TOOLS ?? join(root, "target", "tools", "npm");

/** A tool's module, as its users import it. */
export async function tool(name) {
  return import(pathToFileURL(createRequire(join(tools, "/")).resolve(name)).href);
}
