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
  return asker.use((tools) => tools.validate(trigger, event.Records[0]?.cf, result) as Violation[]);
}
