/** What a store is called. CloudFront fills a store when it makes it, and never again: one with other keys is another store. */
import { createHash } from "node:crypto";

export function storeId(store: string): string {
  return `Store${createHash("sha256").update(store).digest("hex").slice(0, 8)}`;
}
