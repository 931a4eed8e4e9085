import type { OneOrMore } from "./one-or-more.js";
import type { Exceptions, Pattern } from "./pattern.js";

/**
 * Clean URLs for a static site. For GET and HEAD, if the last segment has no dot, unless `files` says otherwise, and no rule of `origins` or `rewrites` matched.
 * @example { "index": "index.html", "clean": "directory", "trailingSlash": "add" }
 */
export interface HtmlRule extends Exceptions {
  /**
   * The paths of the site's pages.
   * @default "/*"
   * @example ["/docs/*", "/blog/*"]
   */
  readonly for?: OneOrMore<Pattern>;
  /**
   * The file to serve for a path that ends in `/`. By default the path stays.
   * @example "index.html"
   */
  readonly index?: string;
  /**
   * What is appended to any other path: nothing, `.html` (`file`), or `/index.html` (`directory`).
   * @default false
   * @example "file"
   */
  readonly clean?: false | "file" | "directory";
  /**
   * Redirects with 308 to the form with or without the slash.
   * @default "keep"
   * @example "add"
   */
  readonly trailingSlash?: "keep" | "add" | "remove";
  /**
   * Files of the site, as paths, that decide where a dot in the last segment would decide wrongly: pages with a dot, and files
   * without one. By default none; `--site` lists them.
   * @example ["/releases/v1.2.html", "/CNAME"]
   */
  readonly files?: OneOrMore<string>;
  /**
   * The stage that changes the path.
   * @default "origin-request"
   * @example "viewer-request"
   */
  readonly at?: "origin-request" | "viewer-request";
}
