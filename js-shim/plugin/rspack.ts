/** `selvedge/rspack`: files of rules become compiled plans when Rspack bundles. */
import type { Options } from "./options.js";
import { plugin } from "./plugin.js";

export type { Options };

/**
 * The plugin for Rspack.
 *
 * ```js
 * export default { entry: "./handler.js", plugins: [selvedge()] };
 * ```
 */
export default function selvedge(options?: Options): { apply(compiler: any): void } {
  return plugin.rspack(options) as { apply(compiler: any): void };
}
