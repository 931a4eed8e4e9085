/** The settings of Netlify: where it looks for edge functions, and which folder it publishes. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readText } from "./input.js";
import { tomlText } from "./toml.js";

export const NETLIFY_FILE = "netlify.toml";
/** https://docs.netlify.com/edge-functions/get-started/ */
const FUNCTIONS = "netlify/edge-functions";

export interface NetlifySettings {
  /** The file for the edge function, from the folder of the settings. */
  readonly functionFile: string;
  /** The folder that is published, as the settings have it. */
  readonly publish: string | undefined;
  /** The folder that the two others are in. */
  readonly base: string;
}

/** By a `netlify.toml` in a folder; without one, what Netlify takes by default. */
export function netlifySettings(folder: string): NetlifySettings {
  const file = join(folder, NETLIFY_FILE);
  const toml = existsSync(file) ? readText(file) : "";
  const base = (tomlText(toml, "base", "build") ?? "").replace(/^\/+|\/+$/g, "");
  const functions = (tomlText(toml, "edge_functions", "build") ?? FUNCTIONS).replace(/^\/+/, "");
  return { functionFile: join(base, functions, "selvedge.mjs"), publish: tomlText(toml, "publish", "build"), base };
}
