// The edge's memory: copies of answers, each for as long as its headers and the policy allow.

const ERROR_TTL = 10;
const CACHED_ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

export class Cache {
  #copies = new Map();
  #capacity;

  constructor(capacity = 500) {
    this.#capacity = capacity;
  }

  /** A copy that is still fresh, with its age in seconds. */
  find(key, now = Date.now()) {
    const copy = this.#copies.get(key);
    if (copy === undefined) return undefined;
    this.#copies.delete(key);
    if (copy.until <= now) return undefined;
    this.#copies.set(key, copy);
    return { ...copy, age: Math.floor((now - copy.since) / 1000) };
  }

  keep(key, answer, seconds, now = Date.now()) {
    if (seconds <= 0) return;
    this.#copies.delete(key);
    this.#copies.set(key, { answer, since: now, until: now + seconds * 1000 });
    if (this.#copies.size > this.#capacity) this.#copies.delete(this.#copies.keys().next().value);
  }

  /** @returns how many copies there were */
  forget() {
    const { size } = this.#copies;
    this.#copies.clear();
    return size;
  }
}

/** For how many seconds an answer may be kept; 0 = not at all. */
export function lifetime(answer, { minTTL, defaultTTL, maxTTL }, now = Date.now()) {
  const status = Number(answer.status);
  const said = saidLifetime(answer.headers, now);
  if (status >= 400) return CACHED_ERRORS.includes(status) ? Math.max(ERROR_TTL, said ?? 0) : 0;
  return Math.min(Math.max(said ?? defaultTTL, minTTL), maxTTL);
}

function saidLifetime(headers, now) {
  const directives = new Map();
  for (const { value } of headers["cache-control"] ?? []) {
    for (const member of value.toLowerCase().split(",")) {
      const [name, number = ""] = member.split("=").map((part) => part.trim());
      directives.set(name, number.replaceAll('"', ""));
    }
  }
  if (["no-store", "no-cache", "private"].some((name) => directives.has(name))) return 0;
  for (const name of ["s-maxage", "max-age"]) if (/^\d+$/.test(directives.get(name) ?? "")) return Number(directives.get(name));
  const [expires] = headers.expires ?? [];
  if (expires === undefined) return undefined;
  return Math.max(0, (Date.parse(expires.value) - now) / 1000 || 0);
}
