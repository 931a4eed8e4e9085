/** Requests that are alike are counted as one: by method, address and status. */
import type { Entry } from "./entry.js";

/** Requests that are alike. */
export interface Alike {
  /** Method and address. */
  readonly key: string;
  readonly url: string;
  readonly method: string;
  readonly status: number;
  count: number;
  /** The day of the first. */
  readonly day: string;
  /** How many on which day, where there are several: mostly there is one, and a map for each would be most of the memory. */
  days: Map<string, number> | undefined;
  /** The same with another status. */
  next: Alike | undefined;
}

/** Tells how many came on which day. */
export function byDay({ count, day, days }: Alike, tell: (day: string, count: number) => void): void {
  if (days === undefined) tell(day, count);
  else for (const [each, some] of days) tell(each, some);
}

export class Tally {
  /** By their keys, of each the first. */
  readonly #first = new Map<string, Alike>();
  readonly #all: Alike[] = [];
  readonly #host: string;

  /** @param host of requests whose log does not say */
  constructor(host: string) {
    this.#host = host;
  }

  add({ scheme, host, path, query, method, status, day, count }: Entry): void {
    const key = `${method} ${scheme}://${host || this.#host}${path}${query === "" ? "" : `?${query}`}`;
    const first = this.#first.get(key);
    let alike = first;
    while (alike !== undefined && alike.status !== status) alike = alike.next;
    if (alike === undefined) {
      // A piece of the key, which is whole by now: pieces of the line would keep all that was read with it.
      const url = first?.url ?? key.slice(method.length + 1);
      alike = { key: first?.key ?? key, url, method, status, count: 0, day, days: undefined, next: first?.next };
      if (first === undefined) this.#first.set(key, alike);
      else first.next = alike;
      this.#all.push(alike);
    }
    if (day !== alike.day) alike.days ??= new Map([[alike.day, alike.count]]);
    alike.days?.set(day, (alike.days.get(day) ?? 0) + count);
    alike.count += count;
  }

  /** All that are different, in the order in which they came. */
  requests(): readonly Alike[] {
    return this.#all;
  }
}
