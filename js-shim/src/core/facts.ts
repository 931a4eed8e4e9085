/**
 * What functions say of a request: the caller's own, and the adapters'. They are asked before the rules of a stage run. One that
 * throws says nothing, and without it nothing passes a stage that guards something.
 */
import type { ApplyRules } from "./plan-engine.js";
import * as Input from "../generated/layout/input.js";
import { isThenable, onOneLine } from "./hooks.js";
import type { Stage } from "./plan.js";

const NAMES = {
  [Input.SCHEME]: "scheme",
  [Input.COUNTRY]: "country",
  [Input.CLIENT]: "clientIp",
  [Input.REQUEST_ID]: "requestId",
  [Input.DEVICE]: "device",
} as const;

type Kind = keyof typeof NAMES;
type Functions<A extends unknown[]> = { readonly [name in (typeof NAMES)[Kind]]?: ((...args: A) => unknown) | undefined };

/** A request on its way. */
interface Exchange<A extends unknown[]> {
  /** What functions said of it, by the kind of input. */
  readonly told: unknown[];
  /** What they are called with. */
  readonly known: A;
}

/** The rules of a stage, after the functions for what it looks at. */
export function factsFirst<A extends unknown[], X extends Exchange<A>, R, T>(
  facts: Functions<A>,
  stage: Stage | undefined,
  rules: ApplyRules<X, R, T>,
  blocked: (x: X, response: R) => T,
): ApplyRules<X, R, T> {
  const kinds = (stage?.inputs ?? []).map(({ kind }) => kind as Kind).filter((kind) => facts[NAMES[kind]] !== undefined);
  if (stage === undefined || kinds.length === 0) return rules;
  return (x, response) => {
    let failed = false;
    for (const kind of kinds) {
      try {
        x.told[kind] = call(facts, NAMES[kind], x.known);
      } catch (error) {
        report(NAMES[kind], error, stage.blocks ? "the answer is 503" : ABSENT);
        x.told[kind] = undefined;
        failed = true;
      }
    }
    return failed && stage.blocks ? blocked(x, response) : rules(x, response);
  };
}

/** What one function says, for what is not a rule. */
export function factOf<A extends unknown[]>(facts: Functions<A>, name: (typeof NAMES)[Kind], args: A): unknown {
  try {
    return call(facts, name, args);
  } catch (error) {
    return report(name, error, ABSENT);
  }
}

const ABSENT = "it counts as absent";

function call<A extends unknown[]>(facts: Functions<A>, name: (typeof NAMES)[Kind], args: A): unknown {
  const value = facts[name]?.(...args);
  if (!isThenable(value)) return value;
  // Nobody waits for it; where nobody looks, its rejection could end the process.
  value.then(undefined, () => undefined);
  throw new TypeError("it returned a promise, and rules do not wait");
}

function report(name: string, error: unknown, outcome: string): undefined {
  console.error(`selvedge: the fact ${name} threw ${onOneLine(error)}; ${outcome}`);
}
