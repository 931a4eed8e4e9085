/** The settings of Wrangler, Cloudflare's tool: where they are, what they say, and what rules need of them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readText } from "./input.js";
import { readJsonc } from "./jsonc.js";
import { tomlText } from "./toml.js";

/** In Wrangler's order: of several, it reads the first. */
export const WRANGLER_FILES = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];
/** The Worker that runs the rules. */
export const WORKER = "edge/worker.mjs";

/** The file that lies in a folder, or the name of one to write. */
export function wranglerFile(folder: string): string {
  return WRANGLER_FILES.find((name) => existsSync(join(folder, name))) ?? "wrangler.jsonc";
}

/** What has to be in the file, in its form. Without `main` the rules do not run, whatever else is there. */
export function wranglerNeeds(file: string, site: string, paths: readonly string[] | null): string {
  const assets = { directory: site, binding: "ASSETS", html_handling: "none", run_worker_first: paths === null ? true : paths };
  if (!file.endsWith(".toml")) return `{ "main": ${JSON.stringify(WORKER)}, "assets": { ${members(assets, ": ", JSON.stringify).join(", ")} } }`;
  // What JSON writes of texts, lists of texts and booleans is TOML as well.
  return [`main = ${JSON.stringify(WORKER)}`, "[assets]", ...members(assets, " = ")].join("\n");
}

function members(values: object, sign: string, key = (name: string) => name): string[] {
  return Object.entries(values).map(([name, value]) => `${key(name)}${sign}${JSON.stringify(value)}`);
}

/** What a file says of the program that runs. */
export interface Present {
  readonly main: string | undefined;
  /** Whether it is a project of Cloudflare Pages, which has no `main`. */
  readonly isPages: boolean;
}

const PAGES = "pages_build_output_dir";

export function presentIn(file: string): Present {
  if (!file.endsWith(".toml")) {
    const settings = readJsonc(file) as Record<string, unknown> | null;
    const main = settings?.["main"];
    return { main: typeof main === "string" ? main : undefined, isPages: settings?.[PAGES] !== undefined };
  }
  const toml = readText(file);
  return { main: tomlText(toml, "main"), isPages: tomlText(toml, PAGES) !== undefined };
}
