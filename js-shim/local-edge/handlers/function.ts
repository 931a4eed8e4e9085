/** What runs at a trigger. */
import type { Event } from "../message.js";
import type { ChosenOrigin } from "./viewer-messages.js";

export interface ConsoleLine {
  readonly level: "log" | "info" | "debug" | "warn" | "error";
  readonly text: string;
}

/** What one call came to. */
export type Called = {
  readonly console: readonly ConsoleLine[];
  /** In place of the behaviour's. */
  readonly origin?: ChosenOrigin;
  readonly milliseconds: number;
} & (
  | { readonly result: unknown }
  /** It threw, ran out of time, or could not be loaded. */
  | { readonly failure: string }
  /** What a CloudFront Function returned is not in the form that CloudFront takes. */
  | { readonly invalid: string }
  /** What it returned is not JSON. */
  | { readonly unparsable: string }
);

/** The name of the function that rules are; others are named as their files. */
export const RULES = "rules";

export interface EdgeFunction {
  /** For people. */
  readonly name: string;
  /** Whether it is a CloudFront Function, which sees CloudFront's own headers at the viewer events. */
  readonly isAtViewer?: boolean;
  call(event: Event, seconds: number): Promise<Called>;
  close(): void;
}
