/** What of an address a report shows: by default no values of the query, which may say who somebody is. */
import { createHmac } from "node:crypto";

export const QUERIES = ["drop", "hash", "show"] as const;
export type Queries = (typeof QUERIES)[number];

/**
 * A URL as a report shows it.
 *
 * @param key of hashes, of this run alone: they cannot be looked up
 */
export function shownUrl(queries: Queries, key: Uint8Array): (url: string) => string {
  const hash = (value: string): string => createHmac("sha256", key).update(value).digest("hex").slice(0, 8);
  return (url) => {
    const mark = url.indexOf("?");
    if (mark < 0 || queries === "show") return url;
    if (queries === "drop") return url.slice(0, mark);
    const parameters = url.slice(mark + 1).split("&");
    return `${url.slice(0, mark)}?${parameters.map((text) => text.replace(/=(.+)$/s, (_, value: string) => `=${hash(value)}`)).join("&")}`;
  };
}
