/**
 * What CloudFront has to be told about a plan: which triggers it uses, and what the policies have to forward and key. All
 * of it follows from what the plan's stages look at, so that no list is kept a second time.
 */
import { PlanBytes, QUERY, REQUEST_HEADER, type Stage } from "./plan.js";

export const TRIGGERS = ["viewer-request", "origin-request", "origin-response", "viewer-response"] as const;
export type Trigger = (typeof TRIGGERS)[number];

export interface CloudFrontNeeds {
  readonly triggers: readonly Trigger[];
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

const NOTE = "x-selvedge";
const NOTE_WRITE = 4;
/** The stages behind the cache; the last is for answers that origin-request makes. */
const ORIGIN_STAGES = [1, 2, 5];
/** What a cache policy does not list: the flags stand for it. */
const ACCEPT_ENCODING = "accept-encoding";
const MEDIA_TYPES = 23;
const STAGE_RECORDS = 9;
const ROLES = 9;

/**
 * What a plan for CloudFront needs.
 *
 * @param set request headers, in lower case, that rules set at viewer-request
 */
export function needsOf(plan: Uint8Array, set: readonly string[] = []): CloudFrontNeeds {
  const { stages } = new PlanBytes(plan).plan();
  const why: Record<string, string> = {};
  const headers = new Set<string>();
  const behind = ORIGIN_STAGES.flatMap((index) => stages[index] ?? []);
  for (const stage of behind) {
    for (const { kind, name } of stage.inputs) {
      if (kind === QUERY) why["query strings"] ??= readAt(stage);
      else if (kind !== REQUEST_HEADER || name === NOTE) continue;
      else if (name === "cookie") why["cookies"] ??= readAt(stage);
      else if (name === ACCEPT_ENCODING) why["Accept-Encoding"] ??= readAt(stage);
      else {
        headers.add(name);
        why[`header ${name}`] ??= readAt(stage);
      }
    }
  }
  const words = new DataView(plan.buffer, plan.byteOffset, plan.byteLength);
  // Notes of origin-request stay behind the cache; those of viewer-request have to get there.
  if (noteMode(words, 0) & NOTE_WRITE) {
    headers.add(NOTE);
    why[`header ${NOTE}`] = "tells the origin stages which variant viewer-request chose";
  }
  // The class of Accept-Encoding comes with the method's, which html looks at; a variant is chosen where there are any.
  if (stages[1]?.accept && words.getUint32(MEDIA_TYPES * 4, true) !== 0) {
    why["Accept-Encoding"] ??= "precompressed chooses a variant by it at origin-request";
  }
  const encodings = why["Accept-Encoding"] !== undefined;
  const forwarded = set.filter((name) => !headers.has(name) && name !== "cookie" && name !== ACCEPT_ENCODING);
  for (const name of forwarded) why[`header ${name}`] = "set at viewer-request, for the origin";
  return {
    triggers: TRIGGERS.filter((_, index) => stages[index] !== undefined),
    cachePolicy: {
      headers: [...headers].sort(),
      cookies: why["cookies"] === undefined ? "none" : "all",
      queryStrings: why["query strings"] === undefined ? "none" : "all",
      acceptEncodingGzip: encodings,
      acceptEncodingBrotli: encodings,
    },
    originRequestPolicy: { headers: [...forwarded].sort() },
    why,
  };
}

function readAt({ index }: Stage): string {
  return `read at ${index === 5 ? "origin-request, for its answers" : TRIGGERS[index]}`;
}

/** What a stage does with notes; it stands behind its inputs and roles, see layout.rs. */
function noteMode(words: DataView, index: number): number {
  const record = words.getUint32((STAGE_RECORDS + index) * 4, true);
  if (record === 0) return 0;
  const inputs = words.getUint32(record + 4, true);
  return words.getUint32(record + 8 + inputs * 12 + ROLES * 4, true);
}
