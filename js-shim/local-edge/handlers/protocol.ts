/** What the local edge and the process of a handler say to each other. */
import type { ConsoleLine } from "./function.js";

/** What the process is told first. */
export interface Start {
  readonly file: string;
  /** The name that the file exports. */
  readonly name: string;
  /** Whether the runtime refuses handlers with three parameters, as nodejs24.x does. */
  readonly refusesCallbacks: boolean;
}

export interface Question {
  readonly event: object;
  readonly id: string;
  readonly milliseconds: number;
}

export type Reply = { readonly console: readonly ConsoleLine[] } & (
  | { readonly loaded: true; readonly takesCallback: boolean }
  | { readonly result: string | undefined }
  | { readonly failure: string }
  | { readonly unparsable: string }
);

/** What V8 prints where its heap is full, and the watch over the whole process says as well. */
export const OUT_OF_MEMORY = "heap out of memory";
