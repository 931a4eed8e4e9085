/** The edge's memory: copies of answers, each for as long as its headers and the policy allow. */
import { type HeaderMap, valueOf } from "../message.js";
import type { CachePolicy } from "../distribution/policy.js";
import type { Made } from "./made.js";

const MAX_COPIES = 1000;
const MAX_BYTES = 128 << 20;
/**
 * Of 416, whatever its error caching minimum TTL, nothing is kept.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
 */
const CACHED_ERRORS = new Set([400, 403, 404, 405, 414, 500, 501, 502, 503, 504]);

export interface Copy {
  readonly made: Made;
  readonly since: number;
  readonly until: number;
}

export class Cache {
  readonly #copies = new Map<string, Copy>();
  #bytes = 0;

  /** A copy, fresh or not. One whose file has changed since is gone: on a desk, nobody wants to wait for a TTL. */
  find(key: string): Copy | undefined {
    const copy = this.#copies.get(key);
    if (copy === undefined) return undefined;
    this.#remove(key, copy);
    if (copy.made.changed?.() === true) return undefined;
    this.#put(key, copy);
    return copy;
  }

  keep(key: string, made: Made, seconds: number, now = Date.now()): void {
    const old = this.#copies.get(key);
    if (old !== undefined) this.#remove(key, old);
    if (seconds <= 0 || made.body.length > MAX_BYTES / 8) return;
    this.#put(key, { made, since: now, until: now + seconds * 1000 });
    for (const [oldest, copy] of this.#copies) {
      if (this.#copies.size <= MAX_COPIES && this.#bytes <= MAX_BYTES) break;
      this.#remove(oldest, copy);
    }
  }

  /** Keeps a copy for longer; its age is that of its answer. */
  prolong(key: string, copy: Copy, seconds: number, now = Date.now()): void {
    if (this.#copies.has(key)) this.#copies.set(key, { ...copy, until: now + seconds * 1000 });
  }

  /** @returns how many copies there were */
  forget(): number {
    const { size } = this.#copies;
    this.#copies.clear();
    this.#bytes = 0;
    return size;
  }

  #put(key: string, copy: Copy): void {
    this.#copies.set(key, copy);
    this.#bytes += copy.made.body.length;
  }

  #remove(key: string, copy: Copy): void {
    this.#copies.delete(key);
    this.#bytes -= copy.made.body.length;
  }
}

/** For how many seconds an answer may be kept; 0 = not at all. */
export function lifetime(status: number, headers: HeaderMap, { minTTL, defaultTTL, maxTTL }: CachePolicy, errorTTL: number, now = Date.now()): number {
  const said = saidLifetime(headers, now);
  if (status >= 400) return CACHED_ERRORS.has(status) ? Math.max(errorTTL, said ?? 0) : 0;
  return Math.min(Math.max(said ?? defaultTTL, minTTL), maxTTL);
}

function saidLifetime(headers: HeaderMap, now: number): number | undefined {
  const directives = new Map<string, string>();
  for (const member of (valueOf(headers, "cache-control") ?? "").toLowerCase().split(",")) {
    const [name = "", number = ""] = member.split("=").map((part) => part.trim());
    directives.set(name, number.replaceAll('"', ""));
  }
  if (["no-store", "no-cache", "private"].some((name) => directives.has(name))) return 0;
  for (const name of ["s-maxage", "max-age"]) if (/^\d+$/.test(directives.get(name) ?? "")) return Number(directives.get(name));
  const [expires] = headers["expires"] ?? [];
  return expires === undefined ? undefined : Math.max(0, (Date.parse(expires.value) - now) / 1000 || 0);
}
