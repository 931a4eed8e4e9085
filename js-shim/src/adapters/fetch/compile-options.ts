import type { CompileOptions } from "../../compile/compile.js";
import { FACTS } from "../../generated/names.js";

interface Given {
  readonly facts?: { readonly country?: unknown; readonly device?: unknown } | undefined;
}

/** How plain rules are compiled for an adapter that is given these facts. */
export function compileOptions({ facts = {} }: Given = {}, _rules?: unknown): Pick<CompileOptions, "facts"> {
  return { facts: FACTS.filter((name) => facts[name] !== undefined) };
}
