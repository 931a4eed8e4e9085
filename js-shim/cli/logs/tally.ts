/** Requests that are alike are decided once: counted by method, address and status, some at a time. */
import type { Entry } from "./entry.js";

/** Requests that are alike. */
export interface Alike {
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

/** So many different requests are held at once. */
const MAX_HELD = 4_000;

export class Tally {
  #held = new Map<string, Alike>();
  readonly #host: string;
  readonly #decide: (requests: readonly Alike[]) => void;

  /**
   * @param host of requests whose log does not say
   * @param decide is given requests that are all different; others like them may come later
   */
  constructor(host: string, decide: (requests: readonly Alike[]) => void) {
    this.#host = host;
    this.#decide = decide;
  }

  add({ scheme, host, path, query, method, status, day, count }: Entry): void {
    const head = `${status}${method} `;
    const key = `${head}${scheme}://${host || this.#host}${path}${query === "" ? "" : `?${query}`}`;
    let alike = this.#held.get(key);
    if (alike === undefined) {
      if (this.#held.size >= MAX_HELD) this.flush();
      // A piece of the key, which is whole by now: pieces of the line would keep all that was read with it.
      this.#held.set(key, (alike = { url: key.slice(head.length), method, status, count: 0, day }));
    }
    if (day !== alike.day) alike.days ??= new Map([[alike.day, alike.count]]);
    alike.days?.set(day, (alike.days.get(day) ?? 0) + count);
    alike.count += count;
  }

  flush(): void {
    if (this.#held.size > 0) this.#decide([...this.#held.values()]);
    this.#held = new Map();
  }
}
