/** `selvedge init`: rules, expectations, a handler and a deploy file for the site that lies here. */
import { existsSync, mkdirSync } from "node:fs";
import { dirname, relative } from "node:path";
import { createInterface } from "node:readline/promises";
import { type Command, Option } from "commander";
import { type Dialect, FACTS, type Platform } from "#dist/generated/names.js";
import { type Outline, outline } from "#dist/tools/outline.js";
import { PlanFacts } from "#dist/tools/plan-facts.js";
import { usable } from "#dist/tools/rule-files.js";
import { OK } from "../exit.js";
import { lostOf } from "../findings.js";
import type { Change } from "../init/changes.js";
import { type Detected, detect } from "../init/detect.js";
import { type Deployable, DEPLOYABLE, filesFor, type Source } from "../init/files.js";
import { expectationsFor } from "../init/expectations.js";
import { hasDot, type Pages } from "../init/pages.js";
import { FINDS_PAGES, rulesFor } from "../init/rules.js";
import { IGNORE_FILE, isProject } from "../init/unpublished.js";
import { nearest } from "../nearest.js";
import { formOf } from "../form.js";
import { readText, type Source as SourceFile } from "../input.js";
import { InputError, systemError } from "../input-error.js";
import { choice, dialectOption, jsonOption } from "../options.js";
import { coloursOf, print, printJson } from "../output.js";
import { printable } from "../printable.js";
import { refuse } from "../refusal.js";
import { filesOfSite } from "../site.js";
import { writeAtomically } from "../write.js";

interface Options {
  readonly platform?: Deployable;
  readonly site?: string;
  readonly dialect?: Dialect;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const RULES = "edge/rules.json";
const PLAN = "edge/plan.mjs";
const EXPECTATIONS = "edge/edge.requests.txt";
const PROJECT = "selvedge.config.json";

const EXAMPLES = `
It looks at the framework and the folder that it builds, how pages are called, 404.html, the folder of hashed assets, scripts in
pages, and at _redirects, _headers, netlify.toml and vercel.json, which become part of the rules unless the platform reads them itself.

Nothing is overwritten without --force, and with it no file but those that init writes: wrangler.toml, netlify.toml and vercel.json
are yours.

Examples:
  $ selvedge init
  $ selvedge init --platform cloudfront --site dist
  $ selvedge init --platform cloudflare --dry-run`;

export function registerInit(program: Command, summary: string): void {
  program
    .command("init")
    .summary(summary)
    .description("Looks at the site in this folder, and writes rules, expectations, a handler and what deploys it.")
    .addOption(choice("-p, --platform <name>", "where the site runs (default: what the files here say, else it is asked)", DEPLOYABLE))
    .addOption(new Option("--site <folder>", "the folder that is served (default: where the framework builds it)"))
    .addOption(dialectOption())
    .option("--force", "overwrite what an earlier init wrote")
    .option("--dry-run", "say what would be written, and write nothing")
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => {
      process.exitCode = await init(options);
    });
}

async function init(options: Options): Promise<number> {
  const detected = detect(options.site, options.dialect);
  const platform = options.platform ?? (await platformOf(detected));
  // What the platform reads itself stays its own.
  const others = detected.ruleFiles.filter(({ vendor }) => vendor !== platform);
  const site = detected.pages.isBuilt ? filesOfSite(detected.site) : undefined;
  const theirRules = others.map(({ file, vendor }): SourceFile => ({ name: file, form: formOf(file), dialect: vendor === "vercel" ? undefined : vendor, text: readText(file), files: site }));
  const target = { platform, ...(platform === "cloudfront" ? {} : { facts: FACTS }) };
  const given = theirRules.length === 0 ? {} : (usable(theirRules, target).rules ?? {});
  const rules = { $schema: relative(dirname(RULES), "node_modules/selvedge/schema.json"), ...(await rulesFor(detected, platform, given)) };
  const files: Record<string, string> = { [RULES]: `${JSON.stringify(rules, null, 2)}\n` };
  const dialect = others.find(({ vendor }) => vendor !== "vercel")?.vendor;
  const project = { rules: [RULES, ...others.map(({ file }) => file)], tests: EXPECTATIONS, platform, ...(dialect && { dialect }), site: detected.site };
  files[PROJECT] = `${JSON.stringify(project, null, 2)}\n`;

  const own: SourceFile = { name: RULES, form: "rules", dialect: undefined, text: files[RULES]!, files: undefined };
  const sources = [own, ...theirRules];
  let whole: Outline;
  try {
    whole = outline(sources, target);
    files[EXPECTATIONS] = await expectationsFor(detected, platform, usable(sources, target).rules ?? {});
  } catch (error) {
    return refuse(error, sources, options.json);
  }
  const isPlan = others.length > 0;
  const source: Source = { file: isPlan ? PLAN : RULES, isPlan, hasRegexes: new PlanFacts(whole.plan).form() === "compiled/regex", rules: project.rules, dialect };
  const { files: made, theirs, changes, notes: more, deploy } = filesFor(platform, detected, whole, source);
  Object.assign(files, made);

  const kept = theirs.filter((file) => existsSync(file));
  for (const file of kept) delete files[file];
  const taken = Object.keys(files).filter((file) => existsSync(file));
  if (taken.length > 0 && !options.force) throw new InputError(`${taken.length === 1 ? "a file is" : "files are"} there already: ${taken.join(", ")}`, { help: "nothing was written; --force overwrites them" });
  if (!options.dryRun) for (const [file, text] of Object.entries(files)) write(file, text);
  const notes = [...notesOf(detected, platform, kept, others, lostOf(whole.leftOut).length), ...more, ...changes.flatMap(({ notes }) => notes)];
  if (options.json) printJson({ platform, detected: { ...detected, deploys: Object.fromEntries(detected.deploys) }, files: Object.keys(files), kept, changes: changes.map(({ file, lines, without }) => ({ file, lines, without })), notes, next: ["npx selvedge dev", ...deploy] });
  else print(page(platform, detected, files, notes, changes, deploy, options.dryRun ?? false));
  return OK;
}

async function platformOf({ deploys }: Detected): Promise<Deployable> {
  const found = DEPLOYABLE.filter((platform) => deploys.has(platform));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const why = found.length === 0 ? "nothing here says where the site runs" : `files here are of ${found.join(" and ")}`;
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw new InputError(why, { help: `add --platform, one of ${DEPLOYABLE.join(", ")}` });
  const ask = createInterface({ input: process.stdin, output: process.stdout });
  try {
    for (;;) {
      const answer = (await ask.question(`Where does the site run (${DEPLOYABLE.join(", ")})? `)).trim().toLowerCase();
      const chosen = DEPLOYABLE.find((platform) => platform === answer);
      if (chosen !== undefined) return chosen;
      const meant = nearest(answer, DEPLOYABLE);
      if (answer !== "") print(`${printable(answer)} is not one of them.${meant === undefined ? "" : ` Is it ${meant}?`}`);
    }
  } catch (error) {
    // Ctrl-C, or the end of what is typed.
    if ((error as Error).name !== "AbortError") throw error;
    throw new InputError("no platform was chosen", { help: `nothing was written; add --platform, one of ${DEPLOYABLE.join(", ")}` });
  } finally {
    ask.close();
  }
}

function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    throw systemError(dirname(file), error);
  }
  writeAtomically(file, text, false);
}

/** The platforms for which what is written, or printed, says what of a folder is not published. */
const LEAVES_OUT: ReadonlySet<Platform> = new Set<Platform>(["cloudfront", "cloudflare"]);

function notesOf({ pages, site, ruleFiles }: Detected, platform: Platform, kept: readonly string[], others: Detected["ruleFiles"], leftOut: number): string[] {
  const notes: string[] = [];
  if (!pages.isBuilt) notes.push(`${site} has no pages yet: build the site, and run selvedge init --force for rules that fit them.`);
  if (pages.isBuilt && !pages.hasFront && pages.app === undefined) notes.push(`${site} has no index.html at its top, so that GET / finds nothing. --site names the folder that has it.`);
  if (!FINDS_PAGES.has(platform)) notes.push(...exceptionNotes(pages));
  if (pages.inlineScript !== undefined) notes.push(`${pages.inlineScript} has scripts of its own or from elsewhere, so the rules have no script-src policy.`);
  if (pages.app !== undefined) notes.push(`${pages.app} answers ${pages.isFallback ? "where no page lies" : "every path"}, except what looks like a file.`);
  if (platform === "cloudfront" && (pages.isFallback || pages.has404)) notes.push("The page for what is missing is of the distribution: selvedge dev and test do not show it.");
  for (const { file, vendor } of ruleFiles) if (!others.some((other) => other.file === file)) notes.push(`${file} is left to ${vendor}, which reads it itself.`);
  for (const { file, vendor } of others) notes.push(`${file} is part of the rules, as ${vendor} reads it.`);
  if (leftOut > 0) notes.push(`${leftOut} of their lines cannot be honoured on ${platform}: npx selvedge check lists them.`);
  for (const file of kept) notes.push(file === IGNORE_FILE ? `${file} is there already: it has to name edge/ and node_modules/.` : `${file} is there already, and stays as it is.`);
  if (isProject(site)) notes.push(`The site is the folder of the project: ${LEAVES_OUT.has(platform) ? "what deploys it leaves edge/, node_modules/ and settings out" : "edge/ and all else in it is published with it"}. Better have pages in a folder of their own, and say --site FOLDER.`);
  return notes;
}

function exceptionNotes({ form, main, exceptions, unlisted }: Pages): string[] {
  const [most, others] = main === "directory" ? ["a/index.html", "a.html"] : ["a.html", "a/index.html"];
  const dotted = exceptions.find(hasDot);
  return [
    ...(form === "both" ? [`Pages are called ${most} and ${others}. The second have rules of their own: run selvedge init --force after you add one.`] : []),
    ...(dotted === undefined ? [] : [`Addresses such as ${dotted.address} have a dot in the last segment, as files have: each has a rule of its own.`]),
    ...(unlisted > 0 ? [`${unlisted} more pages of these kinds have none: they are too many to list.`] : []),
  ];
}

function page(platform: string, { framework, site, pages }: Detected, files: object, notes: readonly string[], changes: readonly Change[], next: readonly string[], isDry: boolean): string {
  const { bold, cyan, dim } = coloursOf(process.stdout);
  const form = { directory: "pages as a/index.html", file: "pages as a.html", both: "pages as a.html and a/index.html", none: pages.app !== undefined && !pages.isFallback ? "an app of one page" : "one page" }[pages.form];
  const what = [framework, `served from ${site}`, ...(pages.isBuilt ? [form] : [])].filter((part) => part !== undefined).map(printable).join(", ");
  return [
    `${bold(`A site for ${platform}`)}: ${what}`,
    "",
    ...Object.keys(files).map((file) => `  ${isDry ? "would write" : "wrote"} ${printable(file)}`),
    ...(notes.length > 0 ? ["", ...notes.map((note) => dim(`- ${printable(note)}`))] : []),
    ...changes.flatMap(({ file, lines, without }) => ["", `${bold(printable(`${file} has to say`))} (without it, ${printable(without)}):`, ...lines.map((line) => `  ${printable(line)}`)]),
    "",
    `Next, look at it:  ${cyan("npx selvedge dev")}`,
    `and test it:       ${cyan("npx selvedge test")}`,
    "then deploy it:",
    ...next.map((step) => `  ${printable(step)}`),
  ].join("\n");
}
