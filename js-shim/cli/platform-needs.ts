/** What platforms without triggers and policies have to be told: where the rules run. */
import type { PlanPlatform } from "#dist/generated/handlers.js";
import type { Outline } from "#dist/tools/outline.js";
import type { coloursOf } from "./output.js";
import { netlifySettings } from "./netlify.js";
import { printableJson } from "./printable.js";
import { WORKER, wranglerFile, wranglerNeeds } from "./wrangler.js";

export interface PlatformNeeds {
  /** In a sentence. */
  readonly summary: string;
  /** The file that says it, and how. */
  readonly file: string | undefined;
  readonly fragment: string | undefined;
  /** Paths that cover what every rule is for; `null` where a rule may be for any path. */
  readonly paths: readonly string[] | null;
  readonly notes: readonly string[];
}

const SPELLINGS = "The platform compares paths as they are sent; Selvedge reads /%62log as /blog. Where a rule guards something, let it run for every path.";

/** Where what is needed is written. */
export interface Project {
  /** The folder that has the platform's files, from here. */
  readonly folder: string;
  /** The folder that is served, from there. */
  readonly site: string;
}

export function platformNeeds(platform: Exclude<PlanPlatform, "cloudfront">, { paths, stages }: Outline, { folder, site }: Project): PlatformNeeds {
  const used = stages.filter(({ rules }) => rules.length > 0);
  if (used.length === 0) return { summary: "There are no rules, so nothing is needed.", file: undefined, fragment: undefined, paths: [], notes: [] };
  const everywhere = paths === null;
  const where = everywhere ? "for every path" : "for the paths below";
  const narrow = everywhere ? [] : [SPELLINGS];
  switch (platform) {
    case "cloudflare": {
      const file = wranglerFile(folder);
      return {
        summary: `The Worker has to run before the assets, ${where}.`,
        file,
        fragment: wranglerNeeds(file, site, paths),
        paths,
        notes: [
          `"main" is the Worker that runs the rules: selvedge init writes ${WORKER}. With another program there, no rule runs.`,
          'With "html_handling": "none" the assets are served by their exact names, and do not redirect to others; "html" in the rules makes clean URLs.',
          "Without assets, a route is enough: { \"routes\": [{ \"pattern\": \"example.org/*\", \"zone_name\": \"example.org\" }] }.",
          ...narrow,
        ],
      };
    }
    case "netlify":
      return {
        summary: `The edge function has to run ${where}.`,
        file: netlifySettings(folder).functionFile,
        fragment: `export const config = { path: ${JSON.stringify(everywhere ? "/*" : paths)} };`,
        paths,
        notes: ["Without \"cache\": \"manual\" it runs for each request; what it answers is not stored.", ...narrow],
      };
    case "vercel":
      return {
        summary: `The middleware has to run ${where}.`,
        file: "middleware.js",
        fragment: `export const config = { matcher: ${JSON.stringify(everywhere ? "/:path*" : paths.map(matcher))} };`,
        paths,
        notes: narrow,
      };
    case "fastly":
      return { summary: "Nothing: a Compute service gets every request of its domains.", file: undefined, fragment: undefined, paths, notes: [] };
    case "fetch":
      return { summary: "Nothing: the server hands every request to the rules.", file: undefined, fragment: undefined, paths, notes: [] };
  }
}

/** `/blog/*` in the grammar of path-to-regexp. */
function matcher(path: string): string {
  return path.replace(/\*$/, ":path*");
}

export function renderPlatform({ summary, file, fragment, notes }: PlatformNeeds, { bold, dim }: ReturnType<typeof coloursOf>): string {
  const lines = [summary];
  if (fragment !== undefined) lines.push("", bold(`${file}:`), ...printableJson(fragment).split("\n").map((line) => `  ${line}`));
  if (notes.length > 0) lines.push("", ...notes.map((note) => dim(`- ${note}`)));
  return lines.join("\n");
}
