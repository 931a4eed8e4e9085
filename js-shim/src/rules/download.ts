import type { Condition } from "./condition.js";
import type { OneOrMore } from "./one-or-more.js";
import type { Exceptions, Pattern } from "./pattern.js";
import type { ValueTemplate } from "./template.js";

/**
 * Sends `Content-Disposition: attachment`, at viewer-response.
 * @example { "for": "/files/:name", "filename": "{name}" }
 */
export interface DownloadRule extends Exceptions {
  /**
   * The paths of the files.
   * @example "*.pdf"
   */
  readonly for: OneOrMore<Pattern>;
  /**
   * What must be true of the request and the response. By default the rule always applies.
   * @example { "query": { "download": true } }
   */
  readonly when?: Condition;
  /**
   * The name to save under. Default: what the browser takes from the URL.
   * @example "report.pdf"
   */
  readonly filename?: ValueTemplate;
}
