/** Rules as a CloudFront Function: written to a file, and what the distribution has to be told about it. */
import { type CloudFrontFunction, cloudfrontFunction } from "#dist/tools/cloudfront-function.js";
import { FindingsError } from "#dist/tools/findings-error.js";
import { FINDINGS, OK } from "../exit.js";
import { printLeftOut } from "../findings.js";
import { readSources, type Source } from "../input.js";
import type { Key } from "../key.js";
import { coloursOf, print, printJson } from "../output.js";
import { printable } from "../printable.js";
import { refuse } from "../refusal.js";
import { writeAtomically } from "../write.js";

/** Bytes of source that CloudFront takes. */
const MAX_BYTES = 10_240;
/** What a million calls cost, in dollars, and when that was looked up. */
const PRICE = { perMillion: 0.1, of: "2026-11" };

export interface FunctionNeeds {
  /** The viewer events that the function has to be associated with. */
  readonly events: readonly string[];
  /** Headers that the cache policy or the origin request policy has to name, or the function does not see them. */
  readonly headers: readonly string[];
  readonly bytes: { readonly source: number; readonly max: number; readonly of: Readonly<Record<string, number>> };
  /** In dollars, for a million requests with all events. */
  readonly price: { readonly perMillion: number; readonly of: string };
}

/** Throws a `FindingsError` for what a function cannot do. */
export function functionNeeds(sources: readonly Source[]): FunctionNeeds {
  return needsOf(cloudfrontFunction(sources));
}

function needsOf({ source, onRequest, onResponse, headers, bytes }: CloudFrontFunction): FunctionNeeds {
  const events = [...(onRequest ? ["viewer-request"] : []), ...(onResponse ? ["viewer-response"] : [])];
  const of = Object.fromEntries(bytes.map(([member, count]) => [member === "" ? "shared" : member, count]));
  return { events, headers, bytes: { source: Buffer.byteLength(source), max: MAX_BYTES, of }, price: { perMillion: PRICE.perMillion * events.length, of: PRICE.of } };
}

export function renderFunction({ events, headers, bytes, price }: FunctionNeeds, { bold, dim }: ReturnType<typeof coloursOf>): string {
  if (events.length === 0) return "There are no rules, so nothing is needed.";
  const parts = Object.entries(bytes.of).map(([member, count]) => `${member} ${count.toLocaleString("en")}`);
  const lines = [
    `The function runs at ${bold(events.join(" and "))}, for cloudfront-js-2.0.`,
    `It has ${bytes.source.toLocaleString("en")} of ${bytes.max.toLocaleString("en")} bytes: ${parts.join(", ")}.`,
    `A million requests cost $${price.perMillion.toFixed(2)} (price list of ${price.of}).`,
  ];
  if (headers.length > 0) lines.push("", "The cache policy or the origin request policy has to name:", ...headers.map((name) => `  ${name}`));
  if (events.includes("viewer-response")) {
    lines.push("", dim("- CloudFront calls no function for a response of 400 and more: for headers on errors, add a response headers policy."));
  }
  return lines.join("\n");
}

/** `selvedge build --platform cloudfront-functions`. */
export function buildFunction(
  files: readonly string[],
  key: Key,
  options: { readonly output?: string; readonly followLinks: boolean; readonly strict?: boolean; readonly json?: boolean; readonly dialect?: string; readonly site?: string },
): number {
  const sources = readSources(files, options);
  let made: CloudFrontFunction;
  try {
    made = cloudfrontFunction(sources, { key: key.text });
    if (options.strict && made.leftOut.length > 0) throw new FindingsError(made.leftOut);
  } catch (error) {
    if (!(error instanceof FindingsError)) throw error;
    return refuse(error, sources, options.json);
  }
  printLeftOut(made.leftOut, sources);
  const status = made.leftOut.length > 0 ? FINDINGS : OK;
  if (options.output === undefined) {
    process.stdout.write(made.source);
    return status;
  }
  writeAtomically(options.output, made.source, options.followLinks);
  const needs = needsOf(made);
  if (options.json) printJson({ file: options.output, platform: "cloudfront-functions", ...needs });
  else print(`${coloursOf(process.stdout).bold(printable(options.output))}\n${renderFunction(needs, coloursOf(process.stdout))}`);
  return status;
}
