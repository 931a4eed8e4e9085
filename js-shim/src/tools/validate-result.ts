/** What a Lambda@Edge function returned, against the rules of AWS: for unit tests of handlers. */
import type { StageName } from "../generated/names.js";
import { Asker } from "../load/tools.js";

/** One rule of AWS that a result breaks. */
export interface Violation {
  /** An error is a 502 of CloudFront's; a warning is what AWS does not document. */
  readonly severity: "error" | "warning";
  /** Where in the result, such as `headers.via`; empty for all of it. */
  readonly place: string;
  /** CloudFront's own sentence, where one is known. */
  readonly message: string;
  /** What the function got there; absent where it got nothing. */
  readonly before?: string;
  /** What it returned there; absent where it returned nothing. */
  readonly after?: string;
  /** What AWS documents. */
  readonly rule: string;
  /** What to do instead. */
  readonly help: string;
}

const asker = new Asker();

/**
 * What CloudFront would refuse of a function's result, and what AWS leaves open. An empty list: nothing.
 *
 * ```js
 * const found = validateResult("viewer-request", event, await handler(event));
 * assert.deepEqual(found, []);
 * ```
 *
 * @param event what the function got. Clone it before the call, because functions change what they get.
 */
export function validateResult(trigger: StageName, event: { readonly Records: readonly { readonly cf: object }[] }, result: unknown): Violation[] {
  let json: string | undefined;
  try {
    json = JSON.stringify(result);
  } catch (error) {
    return [unparsable(String(error))];
  }
  return asker.ask("validate", { trigger, sent: event.Records[0]?.cf ?? null, result: json === undefined ? null : JSON.parse(json) });
}

function unparsable(after: string): Violation {
  return {
    severity: "error",
    place: "",
    message: "The Lambda function returned invalid json: The json output is not parsable.",
    after,
    rule: "What a function returns is written as JSON.",
    help: "Return plain data: no circles, and no BigInt.",
  };
}
