/** What CloudFront needs for rules and hooks: for people, for programs, and for the fragments. */
import { type CloudFrontNeeds, TRIGGERS, type Trigger } from "./needs.js";
import type { Outline } from "#dist/tools/outline.js";
import type { Behaviour, CustomErrorResponse } from "./fragments/behaviour.js";
import { headerCase } from "../header-case.js";
import { outcomesOf, type TrapOutcome } from "../on-trap.js";
import type { coloursOf } from "../output.js";
import { printable } from "../printable.js";

export interface Requirements {
  /** What uses each trigger; the others are best left out. */
  readonly triggers: Readonly<Partial<Record<Trigger, readonly string[]>>>;
  /** The request triggers whose hooks read the body; rules never do. */
  readonly includeBody: readonly Trigger[];
  readonly cachePolicy: CloudFrontNeeds["cachePolicy"];
  readonly originRequestPolicy: CloudFrontNeeds["originRequestPolicy"];
  /** The page for what is missing, where a line of a vendor's file means that of every path. */
  readonly customErrorResponses: readonly CustomErrorResponse[];
  /** Why, by `header NAME`, `cookies`, `query strings`, `Accept-Encoding`. */
  readonly why: CloudFrontNeeds["why"];
  /** What happens at each trigger that has rules if the engine itself fails. */
  readonly onTrap: readonly TrapOutcome[];
  readonly notes: readonly string[];
}

/** What an origin says of a file that is not there: S3 says 403 to those who may not list the bucket. */
export const MISSING: readonly number[] = [403, 404];
/** CloudFront takes no more headers in one policy; a quota that can be raised. */
const QUOTA = 10;

export function requirementsOf(needs: CloudFrontNeeds, { stages, missingPage }: Outline, hooks: readonly Trigger[], readsBody: boolean): Requirements {
  const triggers: Partial<Record<Trigger, readonly string[]>> = {};
  for (const trigger of TRIGGERS) {
    const rules = stages.find(({ stage }) => stage === trigger)?.rules ?? [];
    const users = [...rules.map(([kind, count]) => (count === 1 ? kind : `${count} ${kind}`)), ...(hooks.includes(trigger) ? ["your hook"] : [])];
    if (needs.triggers.includes(trigger) || hooks.includes(trigger)) triggers[trigger] = users;
  }
  const { cachePolicy, originRequestPolicy, why } = needs;
  const includeBody = readsBody ? hooks.filter((hook) => hook.endsWith("request")) : [];
  const customErrorResponses = missingPage === null ? [] : customErrorsFor(missingPage);
  const notes = [...(missingPage === null ? [] : [WHOLE_DISTRIBUTION]), ...notesOf(needs, hooks, stages)];
  return { triggers, includeBody, cachePolicy, originRequestPolicy, customErrorResponses, why, onTrap: outcomesOf(stages, "cloudfront"), notes };
}

const WHOLE_DISTRIBUTION = "Custom error responses are for the whole distribution: a 403 or 404 of any origin becomes that page, and no rule sees it. With --site FOLDER the rules do it themselves.";

/** What CloudFront is told of the page for what is missing. */
export function customErrorsFor({ page, status }: NonNullable<Outline["missingPage"]>): CustomErrorResponse[] {
  return MISSING.map((errorCode) => ({ errorCode, responseCode: status, responsePagePath: page }));
}

function notesOf({ cachePolicy, triggers }: CloudFrontNeeds, hooks: readonly Trigger[], stages: Outline["stages"]): string[] {
  const notes: string[] = [];
  const has = (trigger: Trigger, kind: string) => stages.some(({ stage, rules }) => stage === trigger && rules.some(([name]) => name === kind));
  if (cachePolicy.headers.includes("host")) {
    notes.push("Rules read Host at an origin stage, so it goes to the origin as the viewer sent it: an S3 origin does not answer to that name.");
  }
  if (cachePolicy.cookies === "all") {
    notes.push("All cookies are in the cache key: a copy serves one viewer. Rules that read cookies without \"at\" run at viewer-request, and need none of this.");
  }
  if (has("viewer-request", "query")) {
    notes.push("The rules of query pay where the cache policy keys query strings: add those that the origin uses.");
  }
  if (["responses", "redirects"].some((kind) => has("origin-request", kind))) {
    notes.push("Answers made at origin-request from more than the path say private, no-store: the minimum TTL has to stay 0.");
  }
  if (cachePolicy.headers.length > QUOTA) notes.push(`${cachePolicy.headers.length} headers are more than the ${QUOTA} that a policy takes by default: ask AWS for a higher quota.`);
  if (hooks.some((hook) => hook.startsWith("origin")) || (triggers.length > 0 && hooks.length > 0)) {
    notes.push("What your hooks read at the origin stages has to be added to the policies.");
  }
  notes.push("What the origin itself needs of query, cookies and headers has to be added.");
  return notes;
}

export function behaviourOf({ triggers, includeBody, cachePolicy, originRequestPolicy, customErrorResponses }: Requirements): Behaviour {
  return {
    triggers: TRIGGERS.filter((name) => triggers[name] !== undefined).map((name) => ({ name, includeBody: includeBody.includes(name) })),
    cache: {
      headers: cachePolicy.headers.map(headerCase),
      cookies: cachePolicy.cookies,
      queryStrings: cachePolicy.queryStrings,
    },
    origin: { headers: originRequestPolicy.headers.map(headerCase) },
    errors: customErrorResponses,
  };
}

type Row = readonly [label: string, value: string, why?: string | undefined];

/** A table of what to set, in the words of CloudFront's own console. */
export function renderBehaviour(needs: Requirements, { bold, dim, green }: ReturnType<typeof coloursOf>): string {
  const { cachePolicy: cache, originRequestPolicy: origin, why } = needs;
  const headers = (names: readonly string[]): Row[] =>
    names.length === 0 ? [["headers", "none"]] : names.map((name, at) => [at === 0 ? "headers" : "", headerCase(name), why[`header ${name}`]]);
  const sections: [title: string, rows: Row[]][] = [
    ["Triggers", TRIGGERS.map((trigger) => [trigger, needs.triggers[trigger] === undefined ? "none" : "yes", needs.triggers[trigger]?.join(", ")])],
    ["Include body", [["", needs.includeBody.length > 0 ? "yes" : "no", needs.includeBody.length > 0 ? `at ${needs.includeBody.join(" and ")}, for your hook` : "rules never read one"]]],
    ["Cache policy", [
      ...headers(cache.headers),
      ["cookies", cache.cookies, why["cookies"]],
      ["query strings", cache.queryStrings, why["query strings"]],
      ["gzip, Brotli", cache.acceptEncodingGzip ? "both on" : "as you like", why["Accept-Encoding"]],
    ]],
    ["Origin request policy", headers(origin.headers)],
    ["Custom error responses", needs.customErrorResponses.map(({ errorCode, responseCode, responsePagePath }) => [String(errorCode), `${printable(responsePagePath)} with ${responseCode}`])],
    ["If the engine fails", needs.onTrap.map(({ stage, outcome, because }) => [stage, outcome, because ?? undefined])],
  ];
  const [titles, labels, values] = [0, 1, 2].map((column) => Math.max(...sections.flatMap(([title, rows]) => (column === 0 ? [title.length] : rows.map((row) => row[column === 1 ? 0 : 1].length))))) as [number, number, number];
  const lines = sections.flatMap(([title, rows]) =>
    rows.map(([label, value, reason], at) => {
      const idle = value === "none" || value === "no" || value === "pass" || value === "as you like";
      const cell = value.padEnd(reason ? values : 0);
      return `${bold((at === 0 ? title : "").padEnd(titles))}  ${label.padEnd(labels)}  ${idle ? dim(cell) : green(cell)}${reason ? `  ${dim(reason)}` : ""}`.trimEnd();
    }),
  );
  return [...lines, "", ...needs.notes.map((note) => `- ${note}`)].join("\n");
}
