// Lets the examples import "selvedge" as an application does, from the package as it is built in this repository.
// What `npm install` would do for a dependency on "file:../pkg", without npm.
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

export function link() {
  if (!existsSync(at("../pkg/dist/plain/lambda-edge.js"))) throw new Error("the package is not built; run: cargo xtask build");
  if (existsSync(at("node_modules/selvedge/package.json"))) return;
  mkdirSync(at("node_modules"), { recursive: true });
  try {
    symlinkSync("../../pkg", at("node_modules/selvedge"), "junction");
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
}
