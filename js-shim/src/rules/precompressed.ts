import type { OneOrMore } from "./one-or-more.js";
import type { Exceptions, Pattern } from "./pattern.js";

/** The content codings that files can have; `identity` is the file itself. */
export type Encoding = "br" | "zstd" | "gzip" | "identity";

/**
 * Serves compressed variants of files, negotiated as RFC 9110 says.
 * @example { "for": "*.js", "encodings": ["br", "gzip"] }
 */
export interface PrecompressedRule extends Exceptions {
  /**
   * The paths of files that have variants.
   * @example ["*.js", "*.css"]
   */
  readonly for: OneOrMore<Pattern>;
  /**
   * The codings there are, in the server's order of preference, which breaks ties unless `prefer` does.
   * @default ["br", "zstd", "gzip"]
   * @example ["br", "gzip"]
   */
  readonly encodings?: OneOrMore<Encoding>;
  /**
   * The suffixes of the files.
   * @default { "br": ".br", "zstd": ".zst", "gzip": ".gz" }
   * @example { "br": ".brotli" }
   */
  readonly suffix?: Readonly<Partial<Record<Exclude<Encoding, "identity">, string>>>;
  /**
   * The variants that exist: `["/app.js.br"]`, `{ "/app.js": ["br"] }`, or with their sizes `{ "/app.js": { "br": 1200 } }`, as
   * `selvedge precompress` writes them. By default every file that `for` matches has all of them.
   * @example { "/app.js": { "br": 1200, "gzip": 1500 } }
   */
  readonly files?: OneOrMore<string> | Readonly<Record<string, OneOrMore<Encoding> | Readonly<Partial<Record<Encoding, number>>>>>;
  /**
   * Which of the equally acceptable variants is sent: the first in `encodings`, or the smallest in `files`.
   * @default "order"
   * @example "smallest"
   */
  readonly prefer?: "order" | "smallest";
  /**
   * Whether `Vary: Accept-Encoding` is sent.
   * @default true
   */
  readonly vary?: boolean;
  /**
   * The stage that chooses the variant.
   * @default "origin-request"
   * @example "viewer-request"
   */
  readonly at?: "origin-request" | "viewer-request";
}
