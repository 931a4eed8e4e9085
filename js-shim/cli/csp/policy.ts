/** A Content-Security-Policy as text: written for what pages need, and read to see whether it covers that. */
import type { Directive, Needs } from "./needs.js";

/** What a site starts from. What a page needs is added; a directive that only says `'self'` is left to `default-src`. */
const ORDER: readonly Directive[] = ["script-src", "style-src", "img-src", "font-src", "connect-src", "media-src", "frame-src", "object-src", "manifest-src", "form-action", "base-uri"];
/** Directives that do not fall back to `default-src`, or that are closed unless a page needs them. */
const CLOSED: Partial<Record<Directive, string>> = { "object-src": "'none'", "form-action": "'self'", "base-uri": "'self'" };

/**
 * What a source may be (§2.3.1), as pages need them: a word, a scheme, or a host with its scheme. A host of a URL may hold much more: `;`
 * would begin a directive, `,` a policy, `{` a placeholder of rules, and `[::1]` is not a host there.
 */
const SOURCE = /^(?:'[^';,\s]+'|[a-z][a-z0-9+.-]*:(?:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?(?::\d+)?)?)$/;

/** Sources that no policy can name. Only a whole scheme or `*` would take them, and others with them. */
export function unnamed(needs: Needs): string[] {
  return [...new Set([...needs.values()].flatMap((sources) => [...sources]))].filter((source) => !SOURCE.test(source));
}

export function policyOf(needs: Needs): string {
  const directives = ORDER.flatMap((directive) => {
    const sources = [...(needs.get(directive) ?? [])].filter((source) => source !== "'self'" && SOURCE.test(source)).sort(bySource);
    if (sources.length === 0 && (directive !== "object-src" || !needs.has(directive))) return CLOSED[directive] === undefined ? [] : [`${directive} ${CLOSED[directive]!}`];
    return [[directive, "'self'", ...sources].join(" ")];
  });
  return ["default-src 'self'", ...directives, "frame-ancestors 'self'"].join("; ");
}

/** Words, then hosts and schemes, then hashes. */
function bySource(one: string, other: string): number {
  const rank = (source: string): number => (source.startsWith("'sha") ? 2 : source.startsWith("'") ? 0 : 1);
  return rank(one) - rank(other) || (one < other ? -1 : 1);
}

export function merged(all: readonly Needs[]): Needs {
  const union: Needs = new Map();
  for (const needs of all) for (const [directive, sources] of needs) union.set(directive, new Set([...(union.get(directive) ?? []), ...sources]));
  return union;
}

/** What a page needs and its policy does not allow, each as `directive source`. A response may have several policies: all count. */
export function missing(needs: Needs, header: string): string[] {
  const lacking = header.split(",").map((policy) => directivesOf(policy)).flatMap((policy) => {
    const all = [...needs].flatMap(([directive, sources]) => [...sources].map((source) => [directive, source] as const));
    return all.filter(([directive, source]) => !allows(policy, directive, source)).map((words) => words.join(" "));
  });
  return [...new Set(lacking)];
}

/** The first directive of a name counts (§4.1.1). */
function directivesOf(policy: string): Map<string, string[]> {
  const directives = new Map<string, string[]>();
  for (const text of policy.split(";")) {
    const [name = "", ...sources] = text.trim().split(/\s+/);
    if (name !== "" && !directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), sources);
  }
  return directives;
}

function allows(policy: ReadonlyMap<string, readonly string[]>, directive: Directive, source: string): boolean {
  return namesOf(directive, source).some((names) => {
    const sources = names.map((name) => policy.get(name)).find((found) => found !== undefined);
    // Without a word about it, nothing is forbidden.
    return sources === undefined || takes(sources, source);
  });
}

/** Which directives decide, the first that a policy has (§6.8.3, §6.8.4). Of a hash it is not known whether it is of an attribute. */
function namesOf(directive: Directive, source: string): string[][] {
  if (directive === "form-action" || directive === "base-uri") return [[directive]];
  if (directive === "frame-src") return [[directive, "child-src", "default-src"]];
  if (directive !== "script-src" && directive !== "style-src") return [[directive, "default-src"]];
  const kinds = source === "'unsafe-hashes'" ? ["attr"] : source.startsWith("'sha256-") ? ["elem", "attr"] : ["elem"];
  return kinds.map((kind) => [`${directive}-${kind}`, directive, "default-src"]);
}

function takes(sources: readonly string[], source: string): boolean {
  const words = sources.map((word) => word.toLowerCase());
  if (source.startsWith("'sha256-")) return sources.includes(source) || (words.includes("'unsafe-inline'") && !words.some((word) => /^'(?:sha|nonce-|strict-dynamic)/.test(word)));
  if (source === "'unsafe-hashes'") return words.includes(source) || words.includes("'unsafe-inline'");
  if (source === "'self'" || source.endsWith(":")) return words.includes(source) || (source === "'self'" && words.includes("*"));
  return words.some((word) => word === "*" || covers(word, source));
}

/** Whether a host or a scheme of a policy takes an origin (§6.7.2.8), as far as pages name them. */
function covers(word: string, origin: string): boolean {
  const { protocol, host } = new URL(origin);
  const [, scheme, name] = /^(?:([a-z][a-z0-9+.-]*:)(?:\/\/)?)?([^/]*)/.exec(word)!;
  if (scheme !== undefined && scheme !== protocol && !(scheme === "http:" && protocol === "https:")) return false;
  if (name === "") return scheme !== undefined;
  if (!SOURCE.test(origin)) return false;
  return name!.startsWith("*.") ? host.endsWith(name!.slice(1)) : name === host;
}
