/** Requests that are alike are decided once: counted by method, address and status. */
import type { Entry } from "./entry.js";

/** Requests that are alike. */
export interface Alike {
  /** What is the same of all of them: status, method and address. */
  readonly key: string;
  readonly url: string;
  readonly method: string;
  readonly status: number;
  count: number;
  /** The day of the first. */
  readonly day: string;
  /** How many on which day, where there are several: mostly there is one, and a map for each would be most of the memory. */
  days?: Map<string, number>;
}

/** How many on which day. */
export function daysOf({ count, day, days }: Alike): Iterable<readonly [day: string, count: number]> {
  return days ?? [[day, count]];
}

export class Tally {
  readonly #alike = new Map<string, Alike>();
  readonly #host: string;

  /** @param host of requests whose log does not say */
  constructor(host: string) {
    this.#host = host;
  }

  add({ scheme, host, path, query, method, status, day, count }: Entry): void {
    const head = `${status}${method} `;
    const key = `${head}${scheme}://${host || this.#host}${path}${query === "" ? "" : `?${query}`}`;
    let alike = this.#alike.get(key);
    // A piece of the key, which is whole by now: pieces of the line would keep all that was read with it.
    if (alike === undefined) this.#alike.set(key, (alike = { key, url: key.slice(head.length), method, status, count: 0, day }));
    if (day !== alike.day) alike.days ??= new Map([[alike.day, alike.count]]);
    alike.days?.set(day, (alike.days.get(day) ?? 0) + count);
    alike.count += count;
  }

  /** All that are different, in the order in which they came. */
  requests(): Alike[] {
    return [...this.#alike.values()];
  }
}
