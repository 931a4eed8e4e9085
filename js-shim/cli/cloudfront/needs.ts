/**
 * What CloudFront has to be told about a plan: which triggers it uses, and what the policies have to forward and key. All
 * of it follows from what the plan's stages look at, so that no list is kept a second time.
 */
import * as Input from "#dist/generated/layout/input.js";
import { ANSWERED, NOTE_HEADER, ORIGIN_REQUEST, ORIGIN_RESPONSE, type StageName, STAGES, VIEWER_REQUEST } from "#dist/generated/names.js";
import type { Stage } from "#dist/core/plan.js";
import type { Outline } from "#dist/tools/outline.js";
import { PlanFacts } from "#dist/tools/plan-facts.js";

/** CloudFront's triggers are the stages. */
export { STAGES as TRIGGERS, type StageName as Trigger } from "#dist/generated/names.js";

export interface CloudFrontNeeds {
  readonly triggers: readonly StageName[];
  /** Part of the cache key, and seen at the origin stages. */
  readonly cachePolicy: {
    /** In lower case. */
    readonly headers: readonly string[];
    readonly cookies: "none" | "all";
    readonly queryStrings: "none" | "all";
    readonly acceptEncodingGzip: boolean;
    readonly acceptEncodingBrotli: boolean;
  };
  /** Seen at the origin stages, and by the origin, without a part in the cache key. */
  readonly originRequestPolicy: {
    /** In lower case. */
    readonly headers: readonly string[];
  };
  /** Why, by `header NAME`, `cookies`, `query strings`, `Accept-Encoding`. */
  readonly why: Readonly<Record<string, string>>;
}

/** The stages after the cache; the last is for answers that origin-request makes. */
const ORIGIN_STAGES = [ORIGIN_REQUEST, ORIGIN_RESPONSE, ORIGIN_REQUEST + ANSWERED];
/** What a cache policy does not list: the flags stand for it. */
const ACCEPT_ENCODING = "accept-encoding";

/**
 * What a plan for CloudFront needs.
 *
 * What an origin answers by a header that rules set is stored, so such a header is in the key, unless no two requests have it alike.
 */
export function needsOf({ plan, setAtViewerRequest: set, unkeyedAtViewerRequest: unkeyed }: Pick<Outline, "plan" | "setAtViewerRequest" | "unkeyedAtViewerRequest">): CloudFrontNeeds {
  const facts = new PlanFacts(plan);
  const { stages } = facts.plan();
  const why: Record<string, string> = {};
  const headers = new Set<string>();
  const later = ORIGIN_STAGES.flatMap((index) => stages[index] ?? []);
  for (const stage of later) {
    for (const { kind, name } of stage.inputs) {
      if (kind === Input.QUERY) why["query strings"] ??= readAt(stage);
      else if (kind !== Input.REQUEST_HEADER || name === NOTE_HEADER) continue;
      else if (name === "cookie") why["cookies"] ??= readAt(stage);
      else if (name === ACCEPT_ENCODING) why["Accept-Encoding"] ??= readAt(stage);
      else {
        headers.add(name);
        why[`header ${name}`] ??= readAt(stage);
      }
    }
  }
  // Notes of origin-request stay after the cache; those of viewer-request have to get there.
  if (facts.writesNotes(VIEWER_REQUEST)) {
    headers.add(NOTE_HEADER);
    why[`header ${NOTE_HEADER}`] = "tells the origin stages which variant viewer-request chose";
  }
  // The class of Accept-Encoding comes with the method's, which html looks at; a variant is chosen where there are any.
  if (stages[ORIGIN_REQUEST]?.accept && facts.hasMediaTypes()) {
    why["Accept-Encoding"] ??= "precompressed chooses a variant by it at origin-request";
  }
  const encodings = why["Accept-Encoding"] !== undefined;
  const forwarded = set.filter((name) => !headers.has(name) && name !== "cookie" && name !== ACCEPT_ENCODING);
  for (const name of forwarded) {
    why[`header ${name}`] = "set at viewer-request, for the origin";
    if (!unkeyed.includes(name)) headers.add(name);
  }
  return {
    triggers: STAGES.filter((_, index) => stages[index] !== undefined),
    cachePolicy: {
      headers: [...headers].sort(),
      cookies: why["cookies"] === undefined ? "none" : "all",
      queryStrings: why["query strings"] === undefined ? "none" : "all",
      acceptEncodingGzip: encodings,
      acceptEncodingBrotli: encodings,
    },
    originRequestPolicy: { headers: forwarded.filter((name) => !headers.has(name)).sort() },
    why,
  };
}

function readAt({ index }: Stage): string {
  return `read at ${STAGES[index] ?? `${STAGES[index - ANSWERED]}, for its answers`}`;
}
