/** What runs at a trigger. */
import type { Event } from "../message.js";

export interface ConsoleLine {
  readonly level: "log" | "info" | "debug" | "warn" | "error";
  readonly text: string;
}

/** What one call came to. */
export type Called = {
  readonly console: readonly ConsoleLine[];
  readonly milliseconds: number;
} & (
  | { readonly result: unknown }
  /** It threw, ran out of time, or could not be loaded. */
  | { readonly failure: string }
  /** What it returned is not JSON. */
  | { readonly unparsable: string }
);

/** The name of the function that rules are; others are named as their files. */
export const RULES = "rules";

export interface EdgeFunction {
  /** For people. */
  readonly name: string;
  call(event: Event, seconds: number): Promise<Called>;
  close(): void;
}
