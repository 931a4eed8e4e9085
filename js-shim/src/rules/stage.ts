import type { STAGES } from "../generated/names.js";

/** A stage of a request: before and after the cache, on the way in and out. */
export type StageName = (typeof STAGES)[number];
