/**
 * Rules as JSON text, which crosses into WebAssembly in one piece. What JSON would drop in silence is an error here: a
 * function, a number that is none, and `undefined` in a condition, without which a rule would apply to everyone.
 */
import { type Problem, RulesError } from "./rules-error.js";

/** The text of rules. Throws a `RulesError`. */
export function textOf(rules: unknown): string {
  if (typeof rules === "string") return rules;
  let text: string | undefined;
  try {
    text = JSON.stringify(rules);
  } catch (error) {
    // A circle, or a bigint.
    const message = error instanceof Error ? error.message : String(error);
    throw new RulesError([{ place: "rules", message, help: "give a plain object, as JSON would hold it" }]);
  }
  const losses: Loss[] = [];
  findLost(rules, false, losses);
  if (losses.length > 0) throw new RulesError(losses.map(problemOf));
  return text ?? "null";
}

/** A value that JSON would drop. Its place is spelled out from its end, as the members around it are left: hardly any rules need one. */
interface Loss {
  place: string;
  readonly found: string;
  readonly help: string;
}

function problemOf({ place, found, help }: Loss): Problem {
  return { place: place.replace(/^\./, "") || "rules", message: `expected a value that JSON has, found ${found}`, help };
}

function findLost(value: unknown, inCondition: boolean, losses: Loss[]): void {
  switch (typeof value) {
    case "object":
      if (Array.isArray(value)) {
        for (let i = 0; i < value.length; i++) findIn(value[i], i, inCondition, losses);
      } else if (value !== null) {
        for (const name in value) {
          findIn((value as Record<string, unknown>)[name], name, inCondition || name === "when", losses);
        }
      }
      return;
    case "undefined":
      if (inCondition) lost("undefined", "give the condition a value, or leave it out", losses);
      return;
    case "number":
      if (!Number.isFinite(value)) lost(String(value), "give a number", losses);
      return;
    case "function":
    case "symbol":
      lost(`a ${typeof value}`, "rules are data; code of your own goes into a hook", losses);
  }
}

function findIn(value: unknown, key: string | number, inCondition: boolean, losses: Loss[]): void {
  if (typeof value === "string") return;
  let at = losses.length;
  findLost(value, inCondition, losses);
  for (; at < losses.length; at++) losses[at]!.place = (typeof key === "number" ? `[${key}]` : `.${key}`) + losses[at]!.place;
}

function lost(found: string, help: string, losses: Loss[]): void {
  losses.push({ place: "", found, help });
}
