/** The list of the last requests, for whoever watches. */
import { TextRing } from "./text-ring.js";
import type { KeptTrace, Trace } from "./trace.js";

/** How many requests are listed, and of how many every event is kept, in how many bytes. */
const MAX_LISTED = 10_000;
const MAX_KEPT = 1000;
const KEPT_BYTES = 16 << 20;

/** The last traces. */
export class Traces {
  readonly #briefs: object[] = [];
  readonly #kept = new TextRing(KEPT_BYTES, MAX_KEPT);
  readonly #watchers = new Set<(brief: object, trace: Trace) => void>();

  add(trace: Trace): void {
    const brief = trace.brief();
    this.#briefs.push(brief);
    // In steps, because taking the first item away moves all others.
    if (this.#briefs.length >= MAX_LISTED + 1000) this.#briefs.splice(0, 1000);
    this.#kept.keep(trace.id, JSON.stringify(trace));
    for (const watcher of this.#watchers) watcher(brief, trace);
  }

  /** The list, the last one last. */
  get briefs(): readonly object[] {
    return this.#briefs.slice(-MAX_LISTED);
  }

  /** Those of which everything is kept. */
  get kept(): readonly KeptTrace[] {
    return Array.from(this.#kept.all(), (text) => JSON.parse(text) as KeptTrace);
  }

  find(id: string): KeptTrace | undefined {
    const text = this.#kept.find(id);
    return text === undefined ? undefined : (JSON.parse(text) as KeptTrace);
  }

  clear(): void {
    this.#briefs.length = 0;
    this.#kept.clear();
  }

  /** Calls back with every new trace. Returns how to stop that. */
  watch(watcher: (brief: object, trace: Trace) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}
