/** `selvedge/webpack`: files of rules become compiled plans when webpack bundles. */
import type { Options } from "./options.js";
import { plugin } from "./plugin.js";

export type { Options };

/**
 * The plugin for webpack.
 *
 * ```js
 * export default { entry: "./handler.js", plugins: [selvedge()] };
 * ```
 */
export default function selvedge(options?: Options): { apply(compiler: any): void } {
  return plugin.webpack(options) as { apply(compiler: any): void };
}
