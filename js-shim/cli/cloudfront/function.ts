/** Rules as a CloudFront Function: written to a file, and what the distribution has to be told about it. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type CloudFrontFunction, cloudfrontFunction } from "#dist/tools/cloudfront-function.js";
import { FindingsError } from "#dist/tools/findings-error.js";
import { type Outline, outline } from "#dist/tools/outline.js";
import { MAX_FUNCTION_BYTES, MAX_STORE } from "#dist/generated/cloudfront-limits.js";
import { printLeftOut, refuseLost } from "../findings.js";
import { readSources, type Source } from "../input.js";
import type { Key } from "../key.js";
import { coloursOf, print, printJson } from "../output.js";
import { printable } from "../printable.js";
import type { CustomErrorResponse } from "./fragments/behaviour.js";
import { dollars, PER_MILLION, PRICE_LIST, STORE_READS } from "./prices.js";
import { refuse } from "../refusal.js";
import { customErrorsFor } from "./requirements.js";
import { isFolder, writeAtomically } from "../write.js";


export interface FunctionBytes {
  readonly source: number;
  readonly max: number;
  /** By member of the rules. */
  readonly of: Readonly<Record<string, number>>;
}

export interface FunctionNeeds {
  /** The viewer events that the function has to be associated with. */
  readonly events: readonly string[];
  /** Headers that the cache policy or the origin request policy has to name, or the function does not see them. */
  readonly headers: readonly string[];
  readonly bytes: FunctionBytes;
  /** The KeyValueStore that the function reads once for a request; `null` if it reads none. */
  readonly store: { readonly keys: number; readonly bytes: number; readonly file: number } | null;
  /** The page for what is missing, where a line of a vendor's file means that of every path. */
  readonly customErrorResponses: readonly CustomErrorResponse[];
  /** In dollars, for a million requests with all events. */
  readonly price: { readonly perMillion: number; readonly of: string };
}

/** Throws a `FindingsError` for what a function cannot do. */
export function functionNeeds(sources: readonly Source[], outlined: Outline): FunctionNeeds {
  return needsOf(cloudfrontFunction(sources, { store: "if-needed" }), outlined);
}

function needsOf(made: CloudFrontFunction, { missingPage }: Outline): FunctionNeeds {
  const { onRequest, onResponse, headers, store } = made;
  const events = [...(onRequest ? ["viewer-request"] : []), ...(onResponse ? ["viewer-response"] : [])];
  return {
    events,
    headers,
    bytes: functionBytes(made),
    store: store && { keys: store.keys, bytes: store.bytes, file: Buffer.byteLength(store.json) },
    customErrorResponses: missingPage === null ? [] : customErrorsFor(missingPage),
    price: { perMillion: PER_MILLION.function * events.length + (store ? STORE_READS : 0), of: PRICE_LIST },
  };
}

export function functionBytes({ source, bytes }: Pick<CloudFrontFunction, "source" | "bytes">): FunctionBytes {
  const of = Object.fromEntries(bytes.map(([member, count]) => [member === "" ? "shared" : member, count]));
  return { source: Buffer.byteLength(source), max: MAX_FUNCTION_BYTES, of };
}

export function renderFunction({ events, headers, bytes, store, customErrorResponses, price }: FunctionNeeds, { bold, dim }: ReturnType<typeof coloursOf>): string {
  const errors = customErrorResponses.map(({ errorCode, responseCode, responsePagePath }) => `  ${errorCode}: ${printable(responsePagePath)} with ${responseCode}`);
  const settings = errors.length === 0 ? [] : ["", "The distribution has to have custom error responses, which are for every origin of it:", ...errors];
  if (events.length === 0) return ["There are no rules, so no function is needed.", ...settings].join("\n");
  const parts = Object.entries(bytes.of).map(([member, count]) => `${member} ${count.toLocaleString("en")}`);
  const lines = [
    `The function runs at ${bold(events.join(" and "))}, for cloudfront-js-2.0.`,
    `It has ${bytes.source.toLocaleString("en")} of ${bytes.max.toLocaleString("en")} bytes: ${parts.join(", ")}.`,
    `A million requests cost ${dollars(price.perMillion)} (price list of ${price.of}).`,
  ];
  if (store) {
    lines.push("", `It reads one key of a KeyValueStore of ${count(store.keys)} ${store.keys === 1 ? "key" : "keys"} with ${count(store.bytes)} of ${count(MAX_STORE)} bytes.`);
    if (store.file > MAX_STORE) lines.push(`The file has ${count(store.file)} bytes, and an import takes ${count(MAX_STORE)}: fill the store by batches (selvedge kvs diff).`);
  }
  if (headers.length > 0) lines.push("", "The cache policy or the origin request policy has to name:", ...headers.map((name) => `  ${name}`));
  lines.push(...settings);
  if (events.includes("viewer-response")) {
    lines.push("", dim("- CloudFront calls no function for a response of 400 and more: for headers on errors, add a response headers policy."));
  }
  return lines.join("\n");
}

const count = (number: number) => number.toLocaleString("en");

/** The name of the store in a folder. */
const STORE = "store.json";

/** What `selvedge build --platform cloudfront-functions` is asked for. */
interface FunctionOptions {
  readonly output?: string;
  /** Where the KeyValueStore is written, with all that it can hold. */
  readonly store?: string;
  readonly followLinks: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly dialect?: string;
  readonly site?: string;
}

/** `selvedge build --platform cloudfront-functions`. */
export function buildFunction(files: readonly string[], key: Key, options: FunctionOptions): number {
  const sources = readSources(files, options);
  const places = placesOf(options);
  let made: CloudFrontFunction;
  try {
    made = cloudfrontFunction(sources, { key: key.text, store: options.store !== undefined ? "always" : places.store !== undefined ? "if-needed" : undefined });
    if (options.strict) refuseLost(made.leftOut);
  } catch (error) {
    if (!(error instanceof FindingsError)) throw error;
    return refuse(error, sources, options.json);
  }
  const status = printLeftOut(made.leftOut, sources);
  // The store first: a function that finds a key too many is better off than one that misses all of them.
  const store = made.store === null ? undefined : places.store;
  if (places.folder !== undefined) mkdirSync(places.folder, { recursive: true });
  if (store !== undefined && made.store) writeAtomically(store, made.store.json, options.followLinks);
  // That of an earlier build would be filled in vain.
  else if (places.folder !== undefined) rmSync(join(places.folder, STORE), { force: true });
  if (places.source === undefined) {
    process.stdout.write(made.source);
    return status;
  }
  writeAtomically(places.source, made.source, options.followLinks);
  const needs = needsOf(made, outline(sources, { platform: "cloudfront-functions" }));
  if (options.json) printJson({ file: places.source, storeFile: store, platform: "cloudfront-functions", ...needs });
  else {
    const { bold } = coloursOf(process.stdout);
    const written = [places.source, ...(store === undefined ? [] : [store])].map((file) => bold(printable(file)));
    print(`${written.join(", ")}\n${renderFunction(needs, coloursOf(process.stdout))}`);
  }
  return status;
}

/** The files to write: in a folder, the store is there if one is needed. */
function placesOf({ output, store }: FunctionOptions): { readonly folder?: string; readonly source?: string | undefined; readonly store?: string | undefined } {
  if (!isFolder(output)) return { source: output, store };
  return { folder: output, source: join(output, "function.js"), store: store ?? join(output, STORE) };
}
