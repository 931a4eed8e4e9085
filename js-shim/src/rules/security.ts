import type { OneOrMore } from "./one-or-more.js";

/** `"basic"` breaks no ordinary site; `"strict"` is all that OWASP proposes and a cache permits. */
export type SecurityPreset = "basic" | "strict";

/**
 * A preset with your own Content-Security-Policy.
 * @example { "preset": "strict", "csp": { "default-src": "'self'" } }
 */
export interface SecurityRule {
  /**
   * The set of headers. `basic` breaks no ordinary site; `strict` is all that OWASP proposes and a cache permits.
   * @default "basic"
   * @example "strict"
   */
  readonly preset?: SecurityPreset;
  /**
   * The whole Content-Security-Policy: directives and their sources, `[]` for none. Default: that of the preset.
   * @example { "default-src": "'self'", "upgrade-insecure-requests": [] }
   */
  readonly csp?: Readonly<Record<string, OneOrMore<string>>>;
}
