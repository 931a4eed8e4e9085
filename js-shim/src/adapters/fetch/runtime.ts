/** Node, or one that stands in for it, as Bun and Deno do. */
export const IS_NODE = typeof process === "object" && process.versions?.["node"] !== undefined;

/** A service worker's pages; workerd has everything else of a service worker. */
export const IS_BROWSER = "clients" in globalThis;

/** Where asking for the `body` of a response makes a stream of what was a text. */
export const MAKES_STREAMS = "Deno" in globalThis || "Bun" in globalThis;
