/** What files of the user's, which init leaves as they are, have to say for the rules to run, and for the site to be found. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { readJsonc } from "../jsonc.js";
import { NETLIFY_FILE, netlifySettings } from "../netlify.js";
import { presentIn, WORKER } from "../wrangler.js";

export interface Change {
  readonly file: string;
  /** What is in it, line by line, in its form. */
  readonly lines: readonly string[];
  /** What is so without it. */
  readonly without: string;
  /** What else to know of it. */
  readonly notes: readonly string[];
}

const NO_RULE = "no rule runs";

/** @param needs the members, as `selvedge plan` prints them */
export function wranglerChanges(file: string, needs: string): Change[] {
  if (!existsSync(file)) return [];
  const { main, isPages } = presentIn(file);
  const notes = [
    ...(main === undefined || main === WORKER || main === `./${WORKER}` ? [] : [`${main} is what runs now. To keep it, give it to the rules as their origin, in ${WORKER}: worker(rules, { origin: (request, env, ctx) => yours.fetch(request, env, ctx) }).`]),
    ...(isPages ? [`${file} is of Cloudflare Pages, where "main" is not read: take "pages_build_output_dir" out, and deploy a Worker.`] : []),
  ];
  return [{ file, lines: needs.split("\n"), without: NO_RULE, notes }];
}

/** The edge function needs no line: it lies where the file says. */
export function netlifyChanges(site: string): Change[] {
  const { publish, base } = netlifySettings("");
  if (!existsSync(NETLIFY_FILE) || (publish !== undefined && isSame(join(base, publish), site))) return [];
  return [{ file: NETLIFY_FILE, lines: ["[build]", `publish = ${JSON.stringify(site)}`], without: `Netlify may publish another folder than ${site}`, notes: [] }];
}

/** @param isDetected whether Vercel finds the folder of the framework by itself */
export function vercelChanges(file: string, site: string, isDetected: boolean, rewrites: readonly object[]): Change[] {
  if (!existsSync(file)) return [];
  const settings = readJsonc(file) as { readonly outputDirectory?: unknown; readonly builds?: unknown } | null;
  const given = settings?.outputDirectory;
  const isRight = isDetected || (typeof given === "string" && isSame(given, site));
  return [
    ...(isRight ? [] : [{ file, lines: [`"outputDirectory": ${JSON.stringify(site)}`], without: `Vercel may publish another folder than ${site}`, notes: [] }]),
    ...(rewrites.length === 0 ? [] : [{ file, lines: [`"rewrites": ${JSON.stringify(rewrites)}`], without: "the addresses of the app that are not pages are 404", notes: [] }]),
    ...(settings?.builds === undefined ? [] : [{ file, lines: ['no "builds"'], without: NO_RULE, notes: ['With "builds" Vercel builds what is listed there alone, and no middleware.js.'] }]),
  ];
}

function isSame(one: string, other: string): boolean {
  return resolve(one) === resolve(other);
}

const ENDINGS = ["js", "mjs", "cjs", "ts", "mts", "cts"];

/** A middleware of the project's own, where Vercel, or Next.js, takes it in place of ours. */
export function ownMiddleware(ours: string, isNext: boolean): string | undefined {
  const names = isNext ? ["middleware", "src/middleware", "proxy", "src/proxy"] : ["middleware"];
  return names.flatMap((name) => ENDINGS.map((ending) => `${name}.${ending}`)).find((file) => file !== ours && existsSync(file));
}

/** @param edge the module that has the rules, by the name that the middleware imports it by */
export function middlewareChange(file: string, edge: string, config: string): Change {
  return {
    file,
    lines: [`import edge from ${JSON.stringify(edge)};`, config, "return edge(request); // in your function, where it lets a request go on"],
    without: NO_RULE,
    notes: [`Vercel runs one middleware alone, and ${file} is yours.`],
  };
}
