import { readFileSync } from "node:fs";

/** The version of the package; this file is bundled into `dist/cli/selvedge.js`. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return (manifest as { version: string }).version;
}
