/** Where each rule runs on CloudFront, why, and what that costs. */
import { STAGES } from "#dist/generated/names.js";
import type { CloudFrontSplit, Runs } from "#dist/tools/cloudfront-split.js";
import type { coloursOf } from "../output.js";
import { printable } from "../printable.js";
import type { Policies } from "./deployment.js";
import { functionBytes, type FunctionBytes } from "./function.js";
import { dollars, LAMBDA_METHOD, PER_MILLION, PRICE_LIST, STORE_READS } from "./prices.js";

export interface Places {
  /** Rules in a row that are alike are one. */
  readonly rules: readonly Place[];
  /** Events that no rule runs at, and that have a part of rules of other events. */
  readonly followers: readonly Follower[];
  /** In dollars. */
  readonly price: {
    /** For a million requests. */
    readonly perMillion: number;
    /** Besides, for a million requests that the cache does not answer. */
    readonly perMillionMisses: number;
    /** Of the same rules in one Lambda@Edge function, likewise; `null` where it cannot have all of them. */
    readonly inLambdaAlone: Price | null;
    readonly of: string;
    readonly method: string;
  };
  readonly function: (FunctionBytes & { readonly store: Policies["store"]; readonly compute: Compute }) | null;
  readonly notes: readonly string[];
}

interface Price {
  readonly perMillion: number;
  readonly perMillionMisses: number;
}

export interface Place {
  /** `redirects[0]`, or `redirects[0] to redirects[7]`. */
  readonly rules: string;
  readonly event: string;
  readonly runs: Runs;
  readonly because: string;
  /** What a million of its event cost, in dollars, with all other rules there. */
  readonly perMillion: number;
}

export type Follower = Omit<Place, "rules">;

/** What can be said of the time that a call takes, without an AWS account. */
export interface Compute {
  /** Decisions in the source of the handler. */
  readonly tests: number;
  readonly expressions: number;
  readonly method: string;
}

const METHOD = "counted in the source: a call makes no more tests than that, most make few. Compute utilisation itself is told by aws cloudfront test-function alone";

/**
 * @param whole what the same rules come to in one Lambda@Edge function; `null` where it cannot have all of them
 * @param movable how many rules a response headers policy could have, if it were wanted
 */
export function placesOf(split: CloudFrontSplit, policies: Policies, whole: Policies | null, movable: number): Places {
  const price = priceOf(policies);
  return {
    rules: rows(split),
    followers: followers(split, policies),
    price: { ...price, inLambdaAlone: whole && priceOf(whole), of: PRICE_LIST, method: LAMBDA_METHOD },
    function: split.function === null ? null : { ...functionBytes(split.function), store: policies.store, compute: computeOf(split.function.source) },
    notes: notesOf(split, movable),
  };
}

function rows({ rules }: CloudFrontSplit): Place[] {
  const rows: (Place & { readonly first: string; readonly member: string })[] = [];
  for (const { member, place, event, runs, because } of rules) {
    const last = rows.at(-1);
    if (last?.member === member && last.event === event && last.runs === runs && last.because === because) {
      rows[rows.length - 1] = { ...last, rules: `${last.first} to ${place}` };
    } else rows.push({ rules: place, first: place, member, event: runs === "policy" ? "every response" : event, runs, because, perMillion: PER_MILLION[runs] });
  }
  return rows.map(({ first: _, member: __, ...row }) => row);
}

function followers({ rules }: CloudFrontSplit, { associations }: Policies): Follower[] {
  return STAGES.flatMap((event) => {
    const runs = associations[event];
    if (runs === null || rules.some((rule) => rule.event === event && rule.runs === runs)) return [];
    const because = event.endsWith("response") ? "does what the rules above need on responses: Vary, the label of a variant, the cookie of an experiment" : "notes of a request what the rules above need at another event";
    return [{ event, runs, because, perMillion: PER_MILLION[runs] }];
  });
}

function priceOf({ associations, store }: Policies): Price {
  const sum = (side: string) => STAGES.filter((event) => event.startsWith(side)).reduce((sum, event) => sum + (associations[event] === null ? 0 : PER_MILLION[associations[event]]), 0);
  return { perMillion: sum("viewer") + (store === null ? 0 : STORE_READS), perMillionMisses: sum("origin") };
}

function computeOf(source: string): Compute {
  return { tests: source.match(/\bif\(|&&|\?(?!\.)/g)?.length ?? 0, expressions: source.match(/\.(test|replace|exec|match)\(/g)?.length ?? 0, method: METHOD };
}

function notesOf({ policy, rules, function: made }: CloudFrontSplit, movable: number): string[] {
  const notes: string[] = [];
  if (movable > 0) notes.push(`--prefer policies takes ${movable} ${movable === 1 ? "rule" : "rules"} of headers to a response headers policy, which costs nothing; it acts on CloudFront's own error pages, too.`);
  if (rules.some(({ runs, event, because }) => runs === "function" && event === "viewer-request" && because.includes("joins"))) {
    notes.push("The cache stores copies by the path that the function leads to, so invalidate /about/index.html where it was /about/.");
  }
  if (made?.onResponse) notes.push("CloudFront calls no function for a response of 400 and more.");
  if (policy.length > 0) {
    notes.push("A response headers policy also acts on CloudFront's own error pages and on custom error responses, which no rule sees.");
    if (policy.some(({ name }) => name.toLowerCase() === "x-frame-options")) notes.push("CloudFront writes X-Frame-Options in capitals.");
  }
  return notes;
}

const IN: Record<Runs, string> = { function: "function", lambda: "Lambda@Edge", policy: "policy" };

function rowsOf({ rules, followers }: Places): Place[] {
  return [...rules, ...followers.map((follower) => ({ rules: "their part here", ...follower }))];
}

export function renderPlaces(places: Places, { bold, dim, green }: ReturnType<typeof coloursOf>): string {
  const { price, function: made, notes } = places;
  const rules = rowsOf(places);
  if (rules.length === 0) return "There are no rules, so nothing is needed.";
  const header = ["Rules", "Event", "Runs in", "A million"];
  const cells = rules.map((row) => [printable(row.rules), row.event, IN[row.runs], dollars(row.perMillion)]);
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ");
  const lines = [bold(`${line(header)}  Why`), ...cells.map((row, at) => `${green(line(row))}  ${dim(printable(rules[at]!.because))}`), ""];
  lines.push(`${priceText(price)} ${aloneText(price)}`);
  if (made !== null) lines.push(functionText(made));
  lines.push("", ...notes.map((note) => dim(`- ${note}`)));
  return lines.join("\n").trimEnd();
}

function priceText({ perMillion, perMillionMisses, of, method }: Places["price"]): string {
  const misses = perMillionMisses === 0 ? "" : `, and ${dollars(perMillionMisses)} more for a million that the cache does not answer`;
  return `A million requests cost ${dollars(perMillion)}${misses} (price list of ${of}; Lambda@Edge: ${method}).`;
}

function aloneText({ inLambdaAlone: alone }: Places["price"]): string {
  if (alone === null) return "One Lambda@Edge function cannot have all of these rules.";
  return `The same rules in one Lambda@Edge function cost ${dollars(alone.perMillion)}, and ${dollars(alone.perMillionMisses)} more for a million that the cache does not answer.`;
}

function functionText({ source, max, of, store, compute }: NonNullable<Places["function"]>): string {
  const parts = Object.entries(of).map(([member, count]) => `${member} ${count.toLocaleString("en")}`).join(", ");
  const reads = store === null ? "" : ` It reads a key of a KeyValueStore of ${store.keys.toLocaleString("en")} ${store.keys === 1 ? "key" : "keys"} and ${store.bytes.toLocaleString("en")} bytes for each request, which is in the price.`;
  return `The function has ${source.toLocaleString("en")} of ${max.toLocaleString("en")} bytes: ${parts}. It makes ${compute.tests} tests, ${compute.expressions} of them by expressions (${compute.method}).${reads}`;
}

/** `summary.md`. */
export function summaryOf(places: Places): string {
  const { price, function: made, notes } = places;
  const cell = (text: string) => printable(text).replace(/\|/g, "\\|");
  return [
    "# Where the rules run",
    "",
    "| rules | event | runs in | a million | why |",
    "| --- | --- | --- | --- | --- |",
    ...rowsOf(places).map((row) => `| ${cell(row.rules)} | ${row.event} | ${IN[row.runs]} | ${dollars(row.perMillion)} | ${cell(row.because)} |`),
    "",
    priceText(price),
    aloneText(price),
    ...(made === null ? [] : ["", functionText(made)]),
    ...(notes.length === 0 ? [] : ["", ...notes.map((note) => `- ${note}`)]),
    "",
  ].join("\n");
}
