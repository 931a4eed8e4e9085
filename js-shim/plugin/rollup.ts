/** `selvedge/rollup`: files of rules become compiled plans when Rollup bundles. */
import type { Options } from "./options.js";
import { plugin } from "./plugin.js";

export type { Options };

/**
 * The plugin for Rollup.
 *
 * ```js
 * export default { input: "handler.js", plugins: [selvedge(), nodeResolve()] };
 * ```
 */
export default function selvedge(options?: Options): { name: string } {
  return plugin.rollup(options) as { name: string };
}
