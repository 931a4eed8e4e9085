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
  const problems: Problem[] = [];
  findLost(rules, "", false, problems);
  if (problems.length > 0) throw new RulesError(problems);
  return text ?? "null";
}

function findLost(value: unknown, place: string, inCondition: boolean, problems: Problem[]): void {
  switch (typeof value) {
    case "object":
      if (Array.isArray(value)) {
        for (let i = 0; i < value.length; i++) findIn(value[i], place, i, inCondition, problems);
      } else if (value !== null) {
        for (const name in value) {
          findIn((value as Record<string, unknown>)[name], place, name, inCondition || name === "when", problems);
        }
      }
      return;
    case "undefined":
      if (inCondition) lost(place, "undefined", "give the condition a value, or leave it out", problems);
      return;
    case "number":
      if (!Number.isFinite(value)) lost(place, String(value), "give a number", problems);
      return;
    case "function":
    case "symbol":
      lost(place, `a ${typeof value}`, "rules are data; code of your own goes into a hook", problems);
  }
}

/** Places are only spelled out where something is found or may be: most members are text. */
function findIn(value: unknown, place: string, key: string | number, inCondition: boolean, problems: Problem[]): void {
  if (typeof value === "string") return;
  const member = typeof key === "number" ? `${place}[${key}]` : place === "" ? key : `${place}.${key}`;
  findLost(value, member, inCondition, problems);
}

function lost(place: string, found: string, help: string, problems: Problem[]): void {
  problems.push({ place: place || "rules", message: `expected a value that JSON has, found ${found}`, help });
}
