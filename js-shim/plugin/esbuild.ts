/** `selvedge/esbuild`: files of rules become compiled plans when esbuild bundles. */
import type { Options } from "./options.js";
import { plugin } from "./plugin.js";

export type { Options };

/**
 * The plugin for esbuild.
 *
 * ```js
 * await build({ entryPoints: ["handler.js"], bundle: true, plugins: [selvedge()] });
 * ```
 */
export default function selvedge(options?: Options): { name: string; setup(build: any): void | Promise<void> } {
  return plugin.esbuild(options) as { name: string; setup(build: any): void | Promise<void> };
}
