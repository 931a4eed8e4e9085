/**
 * What must not be published where the site is the folder of the project itself: programs, settings, and a plan, which has the
 * key of notes between stages in it.
 */
import { resolve } from "node:path";

/** What `cdk synth` writes holds the functions, and so their keys. */
const FOLDERS = ["node_modules", "edge", "cdk.out"];
const FILES = [
  "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "tsconfig.json", "selvedge.config.json", "_redirects", "_headers",
  "template.yaml", "samconfig.toml", "cdk.json", "cdk.context.json", "wrangler.jsonc", "wrangler.json", "wrangler.toml", "netlify.toml", "vercel.json",
];
/** Where the CDK has its programs, in TypeScript. A site may have scripts there. */
const SOURCES = ["bin", "lib", "test"];

/** What Cloudflare's tool reads in the folder of a site. */
export const IGNORE_FILE = ".assetsignore";

export function isProject(site: string): boolean {
  return resolve(site) === resolve();
}

/** In the form of .gitignore. */
export function ignored(): string {
  return `${["# No part of the site.", ".*", "!/.well-known", ...FOLDERS.map((folder) => `/${folder}/`), ...FILES.map((file) => `/${file}`), ...SOURCES.map((folder) => `/${folder}/**/*.ts`)].join("\n")}\n`;
}

/** Options of `aws s3 sync`, of which the last that fits a name counts. */
export function excludes(): string {
  const hidden = ["--exclude", '".*"', "--exclude", '"*/.*"', "--include", '".well-known/*"'];
  return [...hidden, ...[...FOLDERS.map((folder) => `${folder}/*`), ...FILES, ...SOURCES.map((folder) => `${folder}/*.ts`)].flatMap((name) => ["--exclude", `"${name}"`])].join(" ");
}
