/** The package's package.json. This file is bundled into `dist/cli/selvedge.js`. */
import { readFileSync } from "node:fs";

interface Manifest {
  readonly version: string;
  readonly homepage: string;
}

export function version(): string {
  return manifest().version;
}

/** Where a file of the repository is on the web. */
export function addressOf(file: string): string {
  return manifest().homepage.replace(/#.*$/, `/blob/main/${file}`);
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as Manifest;
}
