import type { CompileOptions } from "../../compile/compile.js";
import { randomKey } from "../../compile/key.js";
import { isPlan } from "../../load/plan.js";
import { PlanError } from "../../core/plan.js";
import type { LambdaEdgeOptions } from "./types.js";

/** How plain rules are compiled: with the key that all functions of a distribution share. A plan has its own. */
export function compileOptions({ key }: LambdaEdgeOptions = {}, rules: unknown): Pick<CompileOptions, "key"> {
  if (key !== undefined && isPlan(rules)) throw new PlanError("it has its key; give yours to compile(), or to selvedge build --key");
  return { key: key ?? functionKey() };
}

let random: string | undefined;

/** What all instances of a function know, its replicas in other regions too, and nobody else. Elsewhere: this process. */
function functionKey(): string {
  const name = globalThis.process?.env["AWS_LAMBDA_FUNCTION_NAME"];
  return name ? `AWS Lambda function ${name.replace(/^us-east-1\./, "")}` : (random ??= randomKey());
}
