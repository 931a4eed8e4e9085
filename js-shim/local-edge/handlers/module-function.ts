/** A module of Lambda@Edge that `selvedge build` wrote: it needs no other file, and runs in this process. */
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { compileFunction } from "node:vm";
import type { LambdaEdgeHandler } from "#dist/adapters/lambda-edge/types.js";

/** The handler of a CommonJS module, whatever the folders around it say that `.js` is. */
export function handlerIn(file: string, source: string): LambdaEdgeHandler {
  const module = { exports: {} as { readonly handler: LambdaEdgeHandler } };
  compileFunction(source, ["module", "exports", "require"], { filename: file })(module, module.exports, createRequire(resolve(file)));
  return module.exports.handler;
}
