import type { CompileOptions } from "../compile.js";
import { FACTS } from "../generated/names.js";

interface Given {
  readonly facts?: { readonly country?: unknown; readonly device?: unknown } | undefined;
}

/** The facts that an adapter is given, for the compiler. */
export function givenFacts({ facts = {} }: Given = {}): NonNullable<CompileOptions["facts"]> {
  return FACTS.filter((name) => facts[name] !== undefined);
}
