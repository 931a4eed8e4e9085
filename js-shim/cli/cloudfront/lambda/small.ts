/** The Lambda@Edge function of a folder, around a plan that is put in front of it, for one that asks for little. */
import { createHandler } from "#dist/adapters/lambda-edge/without-hooks.js";
import { wasmModule } from "#dist/generated/reader-small.js";
import { instances } from "#dist/load/instance.js";

declare const PLAN: Uint8Array;
declare const exports: { handler: unknown };

exports.handler = createHandler({ plan: PLAN, instantiate: instances(wasmModule()) });
