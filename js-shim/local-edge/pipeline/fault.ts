/** What the viewer gets when a function fails: CloudFront's status and words and, unlike CloudFront, the reason. */
import { STATUS_CODES } from "node:http";
import type { Violation } from "#dist/tools/validate-result.js";
import { mapOf } from "../message.js";
import type { Trigger } from "../trigger.js";
import type { Made } from "./made.js";

/** What CloudFront says on its page when a function threw, ran out of time or could not be loaded. */
const EXECUTION = "The Lambda function associated with the CloudFront distribution is invalid or doesn't have the required permissions.";

/** The same of a CloudFront Function, and what it says where one returned what is not in the form that CloudFront takes. */
const FUNCTION = "The CloudFront function associated with the CloudFront distribution is invalid or could not run.";
const FUNCTION_RESULT = "The CloudFront function returned an invalid value.";

export type Kind = "validation" | "execution" | "function" | "function result" | "origin";

export class Fault extends Error {
  override readonly name = "Fault";

  constructor(
    readonly kind: Kind,
    readonly status: 502 | 503 | 504 | 413,
    /** What CloudFront's page says. */
    readonly said: string,
    /** What really happened. */
    readonly detail: string,
    readonly trigger?: Trigger,
    readonly violations: readonly Violation[] = [],
  ) {
    super(detail);
  }

  static validation(trigger: Trigger, violations: readonly Violation[]): Fault {
    const [first] = violations.filter(({ severity }) => severity === "error");
    return new Fault("validation", 502, first?.message ?? "", violations.map(textOf).join("\n\n"), trigger, violations);
  }

  static execution(trigger: Trigger, detail: string): Fault {
    return new Fault("execution", 503, EXECUTION, detail, trigger);
  }

  static function(trigger: Trigger, detail: string): Fault {
    return new Fault("function", 503, FUNCTION, detail, trigger);
  }

  static functionResult(trigger: Trigger, detail: string, violations: readonly Violation[] = []): Fault {
    return new Fault("function result", 502, FUNCTION_RESULT, [detail, ...violations.map(textOf)].filter((text) => text !== "").join("\n\n"), trigger, violations);
  }

  /** The page. */
  made(inspector: string | undefined): Made {
    const { status, trigger } = this;
    const reason = STATUS_CODES[status] ?? "";
    const why = { validation: "CloudFront refuses what the function returned:", execution: "The function failed:", function: "The function failed:", "function result": "CloudFront refuses what the function returned:", origin: "The origin failed:" }[this.kind];
    const page = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${status} ${reason}</title>
<style>:root{color-scheme:light dark}body{font:1rem/1.6 system-ui,sans-serif;max-width:46rem;margin:10vh auto;padding:0 1.5rem}h1{font-weight:500;font-size:1.6rem}pre{white-space:pre-wrap;overflow-wrap:anywhere;border-left:3px solid #b23a2f;padding:.5rem 1rem}</style>
<h1>${status} ERROR${trigger === undefined ? "" : ` at ${trigger}`}</h1>
<p>${escaped(this.said)}</p>
<p><b>${why}</b></p><pre>${escaped(this.detail)}</pre>
<p>CloudFront shows the first sentence alone; the rest is in its logs.${inspector === undefined ? "" : ` <a href="${escaped(inspector)}">Open the inspector</a>`}</p>
</html>
`;
    const headers = mapOf([["Content-Type", "text/html; charset=utf-8"], ["Cache-Control", "no-store"]]);
    const xCache = { validation: "LambdaValidationError", execution: "LambdaExecutionError", function: "FunctionExecutionError", "function result": "FunctionValidationError", origin: "Error" }[this.kind];
    return { status, reason, headers, body: Buffer.from(page), originStatus: status, xCache: `${xCache} from cloudfront` };
  }
}

/** A violation as a person reads it. */
export function textOf({ message, place, before, after, rule, help, severity }: Violation): string {
  const lines = [`${severity === "warning" ? "warning: " : ""}${place === "" ? "" : `${place}: `}${message}`];
  if (before !== undefined && before !== null) lines.push(`  before: ${before}`);
  if (after !== undefined && after !== null) lines.push(`  after:  ${after}`);
  lines.push(`  rule:   ${rule}`, `  do:     ${help}`);
  return lines.join("\n");
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? sign);
}
