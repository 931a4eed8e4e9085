import type { CompileOptions } from "../compile.js";
import type { FetchOptions } from "./types.js";

/** The facts that an adapter is given, for the compiler. */
export function givenFacts<C>({ facts = {} }: Pick<FetchOptions<C>, "facts"> = {}): NonNullable<CompileOptions["facts"]> {
  return (["country", "device"] as const).filter((name) => facts[name] !== undefined);
}
