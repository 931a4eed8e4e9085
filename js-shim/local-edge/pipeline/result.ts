/** What a function returned, held against the rules of AWS. */
import { type Violation, validateResult } from "#dist/tools/validate-result.js";
import type { Called } from "../handlers/function.js";
import type { Trigger } from "../trigger.js";
import { type Event, type EventRequest, type EventResponse, type HeaderLine, isSame } from "../message.js";

/** Whether what came back is the message as it was. It is never refused, and it is what most calls come to. */
export function isUntouched(event: Event, called: Called): boolean {
  const { request, response } = event.Records[0].cf;
  return "result" in called && isSame(called.result, response ?? request);
}

export function checkResult(trigger: Trigger, event: Event, called: Called): readonly Violation[] {
  if ("unparsable" in called) return [violation("The Lambda function returned invalid json: The json output is not parsable.", called.unparsable)];
  const { result } = called as { result: unknown };
  try {
    const found = validateResult(trigger, event, result);
    // What made it fail comes first.
    return [...found.filter(({ severity }) => severity === "error"), ...found.filter(({ severity }) => severity !== "error")];
  } catch (error) {
    // Nested too deeply, for example.
    return [violation("The Lambda function returned invalid JSON.", (error as Error).message)];
  }
}

function violation(message: string, after: string): Violation {
  return { severity: "error", message, place: "", after, rule: "What a function returns is written as JSON.", help: "Return the request or the response of the event, or plain data in its form." };
}

/**
 * A result that passed the check, in the form that the rest of the edge reads: what AWS leaves open is as little a reason to
 * fail here as there. Headers that were left out are those that the function got.
 */
export function normalised(result: EventRequest & EventResponse, sent: EventRequest | EventResponse): EventRequest & EventResponse {
  const isAnswer = result.status !== undefined && result.status !== null;
  const headers: Record<string, readonly HeaderLine[]> = Object.create(null);
  const given = result.headers ?? (isAnswer && !("status" in sent) ? {} : (sent.headers ?? {}));
  for (const name of Object.keys(given)) headers[name.toLowerCase()] = [...(headers[name.toLowerCase()] ?? []), ...linesOf(name, given[name] ?? [], sent.headers?.[name.toLowerCase()] ?? [])];
  const members = Object.entries(result).filter(([, value]) => value !== null);
  return { ...(Object.fromEntries(members) as unknown as EventRequest & EventResponse), headers };
}

/** A line may hold a list of values. One that was left alone is the line that was there, with the bytes that it came in. */
function linesOf(name: string, lines: readonly HeaderLine[], before: readonly HeaderLine[]): HeaderLine[] {
  const given = lines.flatMap(({ key, value }) => [value].flat().map((text): HeaderLine => ({ ...(key?.toLowerCase?.() === name.toLowerCase() && { key }), value: text })));
  return given.map((line) => before.find((other) => isSame(other, line)) ?? line);
}
