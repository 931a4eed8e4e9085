/**
 * What must not be published where the site is the folder of the project itself: programs, settings, and a plan, which has the
 * key of notes between stages in it.
 */
import { resolve } from "node:path";

const FOLDERS = ["node_modules", "edge", "build/edge"];
const FILES = ["package.json", "package-lock.json", "selvedge.config.json", "template.yaml", "wrangler.jsonc", "_redirects", "_headers"];

/** What Cloudflare's tool reads in the folder of a site. */
export const IGNORE_FILE = ".assetsignore";

export function isProject(site: string): boolean {
  return resolve(site) === resolve();
}

/** In the form of .gitignore. */
export function ignored(): string {
  return `${["# No part of the site.", ".*", "!/.well-known", ...FOLDERS.map((folder) => `/${folder}/`), ...FILES.map((file) => `/${file}`)].join("\n")}\n`;
}

/** Options of `aws s3 sync`, of which the last that fits a name counts. */
export function excludes(): string {
  const hidden = ["--exclude", '".*"', "--exclude", '"*/.*"', "--include", '".well-known/*"'];
  return [...hidden, ...[...FOLDERS.map((folder) => `${folder}/*`), ...FILES].flatMap((name) => ["--exclude", `"${name}"`])].join(" ");
}
