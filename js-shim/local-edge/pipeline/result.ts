/** What a function returned, held against the rules of AWS. */
import type { Called } from "../handlers/function.js";
import type { Trigger } from "../trigger.js";
import type { Violation } from "./fault.js";
import type { Event } from "./trace.js";

/** Headers that functions are not shown. */
const HIDDEN = new Set(["connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "trailer", "upgrade", "x-cache", "x-forwarded-proto", "x-real-ip"]);

export function isExposed(name: string): boolean {
  return !HIDDEN.has(name) && !name.startsWith("x-amz-cf-") && !name.startsWith("x-edge-");
}

export function checkResult(trigger: Trigger, event: Event, called: Called): readonly Violation[] {
  if ("unparsable" in called) return [violation("The Lambda function returned invalid json: The json output is not parsable.", called.unparsable)];
  const result = (called as { result: unknown }).result;
  if (typeof result !== "object" || result === null || Array.isArray(result)) {
    return [violation("The Lambda function returned invalid JSON: The JSON output must be an object type.", JSON.stringify(result) ?? "undefined")];
  }
  void trigger;
  void event;
  return [];
}

function violation(message: string, after: string): Violation {
  return { message, place: "", after, rule: "A function returns an object: the request or the response.", help: "Return event.Records[0].cf.request or .response on every path through the function.", severity: "error" };
}
