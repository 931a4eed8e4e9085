/** The program that loads a module of the user's, and writes what it exports to file descriptor 3. */
import { realpathSync, writeSync } from "node:fs";
import { createRequire, register } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { RulesError } from "#dist/compile/rules-error.js";
import { textOf } from "#dist/compile/rules-text.js";
import { type Loaded, MODULES, type Wanted } from "./loaded.js";

const ANSWER = 3;
/** Frames that say nothing of the user's code. */
const OURS = /^\s+at .*(?:load-module\.js|node:internal)/;

/** What V8 says of them in CommonJS. */
const SYNTAX_OF_MODULES = /is a CommonJS module, which may not support|does not provide an export named|Cannot use import statement outside a module|Unexpected token 'export'|Cannot use 'import\.meta' outside a module|await is only valid in async functions and the top level bodies of modules/;
/** A hook of Node: files with statements of modules are modules. */
const AS_MODULES = `export async function load(url, context, next) {
  const { format } = context;
  if (!/^commonjs/.test(format ?? "") || !url.startsWith("file:") || url.includes("/node_modules/")) return next(url, context);
  const { readFileSync } = await import("node:fs");
  const isModule = /^[ \\t]*(?:import|export)(?:\\s+\\w|\\s*[*{"'])/m.test(readFileSync(new URL(url), "utf8"));
  return next(url, isModule ? { ...context, format: format.replace("commonjs", "module") } : context);
}`;

const [, , file = "", wanted = "rules", how] = process.argv;
if (how === MODULES) register(`data:text/javascript,${encodeURIComponent(AS_MODULES)}`);
answer(await load(wanted as Wanted));
// Timers and sockets of the module do not keep it.
process.exit(0);

async function load(wanted: Wanted): Promise<Loaded> {
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>;
  } catch (error) {
    return failed(error);
  }
  const whole = module["default"];
  const inside = isObject(whole) ? whole["rules"] : undefined;
  if (wanted === "rules" && module["rules"] === undefined && inside === undefined && isHandler(module, whole)) {
    return { message: "exports a handler, and no rules", place: "", help: `selvedge dev --handler ${file} runs it; rules are an export of that name` };
  }
  const value: unknown = await (wanted === "rules" ? (module["rules"] ?? inside ?? whole) : whole);
  if ((!isObject(value) && typeof value !== "string") || (value === whole && isUntouched(module, value))) {
    const names = Object.keys(module).filter((name) => name !== "module.exports" && !(name === "default" && isUntouched(module, whole)));
    const message = `exports no ${wanted === "rules" ? '"rules"' : "default that is an object"}${names.length === 0 ? "" : `; it exports ${names.join(", ")}`}`;
    const help = wanted === "rules" ? "write: export const rules = defineRules({ … })" : "write: export default { … }";
    return { message, place: "", help };
  }
  try {
    // What JSON cannot hold is an error. A line for each member: `locator` finds them by these.
    const text = textOf(value);
    return { text: typeof value === "string" ? text : JSON.stringify(value, null, 1) };
  } catch (error) {
    const [problem] = error instanceof RulesError ? error.problems : [];
    return problem ?? failed(error);
  }
}

/** Whether this is what CommonJS exports that never wrote `exports`. */
function isUntouched(module: object, value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0 && isCommonJs(module);
}

/** Newer versions of Node say so in the namespace; older ones have the module in the cache of `require`, which newer ones need not. */
function isCommonJs(module: object): boolean {
  const { cache } = createRequire(import.meta.url) as { readonly cache?: object };
  return "module.exports" in module || (cache !== undefined && realpathSync(resolve(file)) in cache);
}

/** Whether a module, or CommonJS, exports what Lambda@Edge calls. */
function isHandler(module: Record<string, unknown>, whole: unknown): boolean {
  return typeof (module["handler"] ?? (isObject(whole) ? whole["handler"] : undefined)) === "function";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function failed(error: unknown): Loaded {
  const [first = "", ...rest] = (error instanceof Error ? (error.stack ?? error.message) : `it threw ${String(error)}`).split("\n");
  const frames = rest.filter((line) => line.trim() !== "" && !OURS.test(line));
  const missing = /Cannot find package 'selvedge'/.test(first) ? "npm install selvedge, so that the file can import it" : "";
  const isSyntaxOfModules = error instanceof SyntaxError && SYNTAX_OF_MODULES.test(error.message);
  return { message: `cannot be loaded: ${first}`, place: "", help: missing || frames.slice(0, 8).join("\n"), isSyntaxOfModules };
}

function answer(loaded: Loaded): void {
  const bytes = Buffer.from(JSON.stringify(loaded));
  for (let at = 0; at < bytes.length; ) at += writeSync(ANSWER, bytes, at);
}
