/** Node, or one that stands in for it, as Bun and Deno do. */
export const IS_NODE = typeof process === "object" && process.versions?.["node"] !== undefined;

/** Where asking for the `body` of a response makes a stream of what was a text. */
export const MAKES_STREAMS = "Deno" in globalThis || "Bun" in globalThis;
