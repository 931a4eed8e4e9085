// Where things are: `cargo xtask test` copies this folder into a project that has the packed package installed, and says
// where the rest is. In a checkout, the package as it is built stands in for the packed one.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The folder that holds cases/ and events/. */
export const tests = process.env.SELVEDGE_TESTS ?? at("../..");
/** Where the report of each runtime goes; none if it is not wanted. */
export const reports = process.env.SELVEDGE_REPORTS;
/** The folder with the runtimes and bundlers that crates/xtask/src/tools.rs pins. */
export const tools = process.env.SELVEDGE_TOOLS ?? at("../../../target/tools/npm");
/** The folder whose node_modules holds the package. */
export const project = process.env.SELVEDGE_PROJECT ?? linked();

function linked() {
  if (!existsSync(at("../../../pkg/dist/index.js"))) throw new Error("the package is not built; run: cargo xtask build");
  mkdirSync(at("../../node_modules"), { recursive: true });
  if (!existsSync(at("../../node_modules/selvedge"))) symlinkSync("../../pkg", at("../../node_modules/selvedge"), "junction");
  return at("../..");
}

/** A tool's module, as its users import it. */
export async function tool(name) {
  return import(pathToFileURL(createRequire(`${installed(name)}/`).resolve(name)).href);
}

/** A file of a tool's package. */
export function toolFile(name, file) {
  return join(installed(name), "node_modules", name, file);
}

export function toolVersion(name) {
  return JSON.parse(readFileSync(toolFile(name, "package.json"), "utf8")).version;
}

/** The program that a package of a scope holds for this machine. */
export function binary(scope, folder, program) {
  for (const name of readdirSync(join(installed(scope), "node_modules", scope))) {
    for (const file of [program, `${program}.exe`]) {
      const path = toolFile(`${scope}/${name}`, join(folder, file));
      if (existsSync(path)) return path;
    }
  }
  throw new Error(`no package of ${scope} holds ${program}`);
}

function installed(name) {
  if (existsSync(join(tools, "node_modules", name))) return tools;
  throw new Error(`${name} is not installed; \`cargo xtask test --only runtimes\` installs it into target/tools`);
}
