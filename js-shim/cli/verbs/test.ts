/** `selvedge test`: what requests must lead to, as lines of a file next to the rules. */
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command } from "commander";
import type { Platform } from "#dist/compile/compile.js";
import { HANDLERS } from "#dist/generated/handlers.js";
import { PLATFORMS } from "#dist/generated/names.js";
import { annotation } from "../annotation.js";
import { FINDINGS, OK, USAGE } from "../exit.js";
import { type Format, FORMATS, report, reportError } from "../expectations/report.js";
import { expectationsIn, run, type Run, unreadableIn } from "../expectations/run.js";
import { isUnreadable, printFindings, printLeftOut } from "../findings.js";
import { readSources } from "../input.js";
import { InputError } from "../input-error.js";
import { choice, dialectOption, jsonOption, RULE_FILES, siteOption } from "../options.js";
import { print } from "../output.js";
import { inProject, project, someRules } from "../project.js";
import { rerun, watchOption } from "../rerun.js";

interface Options {
  readonly platform: Platform | typeof ALL;
  readonly format: Format;
  readonly dialect?: string;
  readonly site?: string;
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** Those that plans are for. What a function of CloudFront cannot do says nothing about the others. */
const PLAN_PLATFORMS = PLATFORMS.filter((name) => Object.hasOwn(HANDLERS, name));
const ALL = "all";
const ENDING = ".requests.txt";
/** More than a person reads. */
const MAX_UNREADABLE = 50;

const EXAMPLES = `
A file of expectations has a line for each request:

  GET /old/page                          → 301 | Location: /new/page
  GET /app.js | Accept-Encoding: br      → asks /app.js.br | Content-Encoding: br
  GET /gone | origin 404                 → 404 | Cache-Control: no-store
  GET / | country DE | on cloudfront     → 302 | Location: /de/

docs/guide/test.md describes the form. An arrow may be written ->. A line that fails says what came instead, and which rules acted.

Exit codes: 0 all pass, 1 some fail, 2 a file cannot be read.

Examples:
  $ selvedge test rules.json edge${ENDING}
  $ selvedge test --platform all --format junit > report.xml
  $ selvedge test --watch`;

export function registerTest(program: Command, summary: string): void {
  program
    .command("test")
    .summary(summary)
    .description("Sends the requests of a file through rules, and compares what comes of each with what the file expects.")
    .argument("[files...]", `${RULE_FILES}; and expectations: *.txt (default: those of the project, or *${ENDING} here)`)
    .addOption(choice("-p, --platform <name>", "the platform that the rules run on, or all of them", [...PLATFORMS, ALL]).default("fetch"))
    .addOption(choice("-f, --format <format>", "for people, for programs, or as annotations of GitHub Actions", FORMATS).default("text"))
    .addOption(dialectOption())
    .addOption(siteOption())
    .addOption(watchOption())
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action(async (files: string[], options: Options, command: Command) => {
      const expectations = files.filter(isExpectations);
      const [rules, completed] = inProject(files.filter((file) => !isExpectations(file)), options, command);
      const once = (): Promise<number> => test(someRules(rules, "test"), expectations.length > 0 ? expectations : ofProject(), completed);
      process.exitCode = await (options.watch ? rerun([...rules, ...(expectations.length > 0 ? expectations : ofProject())], completed.site, once) : once());
    });
}

/** With `--json`, errors are JSON by themselves. */
async function test(rules: readonly string[], files: readonly string[], options: Options): Promise<number> {
  try {
    return await tested(rules, files, options);
  } catch (error) {
    if (error instanceof InputError && !options.json) reportError(error, options.format);
    throw error;
  }
}

async function tested(rules: readonly string[], files: readonly string[], { platform, format, json, ...options }: Options): Promise<number> {
  refuseUnreadable(files.flatMap(unreadableIn), json ? "json" : format);
  // Nothing that is tested must not look like all that passes.
  if (files.every((file) => expectationsIn(file).length === 0)) throw new InputError(`there are no expectations${files.length === 0 ? "" : ` in ${files.join(", ")}`}`, { help: `write lines such as "GET /old → 301 | Location: /new" into edge${ENDING}` });
  const sources = readSources(rules, options);
  const runs: Run[] = [];
  for (const name of platform === ALL ? PLAN_PLATFORMS : [platform]) runs.push(await run(files, sources, name));
  const [only] = runs;
  if (only !== undefined && platform !== ALL) {
    // What is wrong with the rules has a place in them, and a help.
    if (!only.isUsable) printFindings(only.findings, sources, process.stderr);
    else printLeftOut(only.findings, sources);
    if (isUnreadable(only.findings)) return USAGE;
  }
  report(runs, json ? "json" : format);
  return runs.every(({ isUsable, results }) => isUsable && results.every(({ differences }) => differences.length === 0)) ? OK : FINDINGS;
}

/** All at once: whoever writes many lines mistakes several. */
function refuseUnreadable(lines: ReturnType<typeof unreadableIn>, format: Format): void {
  const [first, ...others] = lines;
  if (first === undefined) return;
  if (format === "github") print(lines.map(({ file, line, message, help }) => annotation({ level: "error", file, line, title: "a line that cannot be read", message: `${message}\n${help}` })).join("\n"));
  const more = others.slice(0, MAX_UNREADABLE).map(({ file, line, message, help }) => `${file}:${line}: ${message}\n  ${help}`);
  const rest = others.length - more.length;
  throw new InputError(first.message, { where: `${first.file}:${first.line}`, help: [first.help, ...more, ...(rest > 0 ? [`and ${rest} more lines`] : [])].join("\n") });
}

function isExpectations(file: string): boolean {
  return file.endsWith(".txt");
}

/** The expectations that the project names, or those that lie next to its file. */
function ofProject(): readonly string[] {
  const found = project();
  if (found?.tests !== undefined) return found.tests;
  const folder = found?.folder ?? process.cwd();
  return readdirSync(folder).filter((file) => file.endsWith(ENDING)).sort().map((file) => relative("", join(folder, file)));
}
