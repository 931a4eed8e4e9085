// The built package, and where things lie around it.
import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { join } from "node:path";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const output = join(root, "target", "bench");
mkdirSync(output, { recursive: true });

/** The file of a module in `pkg/dist`. */
export function entry(name) {
  const file = join(root, "pkg", "dist", `${name}.js`);
  if (!existsSync(file)) throw new Error(`${file} is missing: run \`cargo xtask build\``);
  return file;
}

const load = (name) => import(pathToFileURL(entry(name)).href);

export const { compile } = await load("compile/compile");
/** From plain rules. */
export const { lambdaEdge: fromRules } = await load("plain/lambda-edge");
/** From a compiled plan. */
export const { lambdaEdge: fromPlan } = await load("compiled/lambda-edge");

export const { edge: edgeFromPlan } = await load("compiled/fetch");

/** The handler that ships: rules compiled before, read by the small reader. */
export function compiled(rules) {
  return fromPlan(compile(rules, { platform: "cloudfront" }));
}
