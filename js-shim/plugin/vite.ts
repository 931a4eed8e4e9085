/** `selvedge/vite`: files of rules become compiled plans when Vite bundles. */
import type { Options } from "./options.js";
import { plugin } from "./plugin.js";

export type { Options };

/**
 * The plugin for Vite.
 *
 * ```js
 * export default defineConfig({ plugins: [selvedge()] });
 * ```
 */
export default function selvedge(options?: Options): { name: string } {
  return plugin.vite(options) as { name: string };
}
