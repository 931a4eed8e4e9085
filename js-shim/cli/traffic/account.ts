/** What is counted of requests, a block of the logs at a time: each by itself, perhaps in another thread, and then together. */
import type { Journey } from "#dist/tools/traffic.js";
import type { Alike } from "../logs/tally.js";

export interface Account<Verdict, Part> {
  /** What matters of what each set of rules makes of a request; it is the same for all that are alike. */
  judge(journeys: readonly Journey[]): Verdict;
  /** @param verdict `null`: no HTTP request can be so */
  see(request: Alike, verdict: Verdict | null): void;
  /** What was counted, as another thread can have it. */
  part(): Part;
  /** Adds what was counted elsewhere. */
  add(part: Part): void;
}
