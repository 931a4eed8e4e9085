/** What happens to the request's query: it is appended unless `to` has one, merged with that of `to`, or dropped. */
export type QueryMode = "keep" | "merge" | "drop";
