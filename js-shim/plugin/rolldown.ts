/** `selvedge/rolldown`: files of rules become compiled plans when Rolldown bundles. */
import type { Options } from "./options.js";
import { plugin } from "./plugin.js";

export type { Options };

/**
 * The plugin for Rolldown.
 *
 * ```js
 * export default { input: "handler.js", plugins: [selvedge()] };
 * ```
 */
export default function selvedge(options?: Options): { name: string } {
  return plugin.rolldown(options) as { name: string };
}
