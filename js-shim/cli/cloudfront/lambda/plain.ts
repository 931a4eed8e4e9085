/** The Lambda@Edge function of a folder, around a plan that is put in front of it. */
import { createHandler } from "#dist/adapters/lambda-edge/without-hooks.js";
import { wasmModule } from "#dist/generated/reader.js";
import { instances } from "#dist/load/instance.js";

declare const PLAN: Uint8Array;
declare const exports: { handler: unknown };

exports.handler = createHandler({ plan: PLAN, instantiate: instances(wasmModule()) });
