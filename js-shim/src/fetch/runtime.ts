/** Node, or one that stands in for it, as Bun and Deno do. */
export const IS_NODE = typeof process === "object" && process.versions?.["node"] !== undefined;
