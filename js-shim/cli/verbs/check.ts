/** `selvedge check`: everything that can be said about files of rules before they are used. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { checked, checkMigration, type Finding, outsideTargets, type TargetAnswer } from "#dist/tools/check.js";
import type { Platform } from "#dist/compile/compile.js";
import type { FactName } from "#dist/generated/names.js";
import { annotationOf } from "../annotation.js";
import { needsStore } from "../cloudfront/without-store.js";
import { FINDINGS, OK, USAGE } from "../exit.js";
import { isUnreadable, printFindings, summary, withAddress } from "../findings.js";
import { DIALECTS, type Dialect, type Form } from "../form.js";
import { readSources, type Source } from "../input.js";
import { InputError } from "../input-error.js";
import { choice, columnsOption, dialectOption, factOption, formOption, jsonOption, numberOption, platformOption, RULE_FILES, sheetOption, siteOption } from "../options.js";
import { outcomesOf, trapLines } from "../on-trap.js";
import { print, printJson } from "../output.js";
import { inProject, someRules } from "../project.js";
import { rerun, watchOption } from "../rerun.js";
import { sarif } from "../sarif.js";

interface Options {
  readonly platform?: Platform;
  readonly fact?: FactName[];
  readonly dialect?: Dialect;
  readonly site?: string;
  readonly sitemap?: string;
  readonly online?: boolean;
  readonly onlineCache?: string;
  readonly onlineAge: number;
  readonly onlineTimeout: number;
  readonly onlineInternal?: boolean;
  readonly form?: Form;
  readonly columns?: string;
  readonly sheet?: string;
  readonly from?: Dialect;
  readonly to?: Dialect;
  readonly strict?: boolean;
  readonly maxWarnings?: number;
  readonly format: Format;
  readonly watch?: boolean;
  readonly json?: boolean;
}

const FORMATS = ["text", "json", "sarif", "github"] as const;
type Format = (typeof FORMATS)[number];

const EXAMPLES = `
Several files are looked at as one set of rules: a loop that goes through _redirects and rules.json is found.
Each finding has a code in brackets; "selvedge explain-code CODE" says what it means, with an example and what to do.

Exit codes: 0 no errors, 1 errors (with --strict or --max-warnings: warnings too), 2 a file cannot be read.

Examples:
  $ selvedge check rules.json --platform cloudfront
  $ selvedge check _redirects _headers --dialect netlify
  $ selvedge check redirects.csv --sitemap https://www.example.com/sitemap.xml
                                    targets that the site does not have, and pages that nobody can see
  $ selvedge check redirects.csv --online
                                    addresses of other sites that are gone, or have moved
  $ selvedge check rules.json --format sarif > findings.sarif
  $ selvedge check _redirects --from netlify --to cloudflare
                                    what changes meaning, line by line, if the site moves`;

export function registerCheck(program: Command, about: string): void {
  program
    .command("check")
    .summary(about)
    .description("Finds what is wrong with rules and rule files, and what is legal but probably not meant.")
    .argument("[files...]", `${RULE_FILES}; - is standard input`)
    .addOption(platformOption())
    .addOption(factOption())
    .addOption(dialectOption())
    .addOption(formOption())
    .addOption(columnsOption())
    .addOption(sheetOption())
    .addOption(siteOption())
    .option("--sitemap <file>", "the sitemap of the site, a file or an address: its pages are there, too")
    .option("--online", "ask addresses of other sites that redirects lead to whether they have a page")
    .option("--online-cache <file>", "where their answers are kept, instead of the user's folder for such files")
    .addOption(numberOption("--online-age <hours>", "how old a kept answer may be", 0, 8_760).default(24))
    .addOption(numberOption("--online-timeout <seconds>", "for one request", 1, 300).default(20))
    .option("--online-internal", "ask addresses of this machine's own network, too")
    .addOption(choice("--from <dialect>", "the vendor that the files are written for", DIALECTS))
    .addOption(choice("--to <dialect>", "the vendor that the site moves to", DIALECTS))
    .option("--strict", "warnings count as errors")
    .addOption(new Option("--max-warnings <count>", "more warnings than this count as an error").argParser(count))
    .addOption(choice("-f, --format <format>", "for people, as JSON, as SARIF for code scanning, or as annotations of GitHub Actions", FORMATS).default("text"))
    .addOption(watchOption())
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action(async (given: string[], options: Options, command: Command) => {
      const [files, completed] = inProject(given, options, command);
      process.exitCode = await (options.watch ? rerun(files, completed.site, () => run(files, completed)) : run(files, completed));
    });
}

async function run(files: readonly string[], options: Options): Promise<number> {
  const { from, to, fact: facts, platform, sitemap } = options;
  const migrates = from !== undefined || to !== undefined;
  if (migrates && (from === undefined || to === undefined || from === to)) {
    throw new InputError("--from and --to name two vendors", { help: "for example --from netlify --to cloudflare" });
  }
  if (migrates && options.online) throw new InputError("--online is for rules as they are, not for a move", { help: "leave --from and --to out" });
  const pages = sitemap === undefined ? [] : await (await import("../verify/sitemap.js")).filesOfSitemap(sitemap);
  const read = readSources(someRules(files, "check"), { ...options, takesForm: true, dialect: from ?? options.dialect });
  const sources = pages.length === 0 ? read : read.map((source) => ({ ...source, files: [...(source.files ?? []), ...pages] }));
  const { findings: found, stages } =
    from && to ? { findings: checkMigration(sources, { from, to }), stages: undefined } : checked(sources, { platform, facts, answers: await answersFor(sources, options) });
  const isFunction = platform === "cloudfront-functions" && countsOf(found).error === 0;
  const findings = isFunction ? [...found, ...needsStore(sources)] : found;
  const onTrap = stages && outcomesOf(stages, platform);
  switch (options.json ? "json" : options.format) {
    case "json":
      printJson({ findings: findings.map(withAddress), counts: countsOf(findings), onTrap });
      break;
    case "sarif":
      printJson(sarif(findings));
      break;
    case "github":
      for (const finding of findings) print(annotationOf(finding));
      print(summary(findings, sources.length));
      break;
    case "text":
      printFindings(findings, sources, process.stdout);
      for (const line of trapLines(onTrap ?? [])) print(line);
  }
  return exitCode(findings, options);
}

/** What other sites say of the addresses that redirects lead to. */
async function answersFor(sources: readonly Source[], { online, onlineCache: cache, onlineAge, onlineTimeout, onlineInternal: internal = false }: Options): Promise<readonly TargetAnswer[] | undefined> {
  if (!online) return undefined;
  const [{ askTargets }, { barOf }] = await Promise.all([import("../online/targets.js"), import("../progress-bar.js")]);
  const urls = outsideTargets(sources);
  const bar = urls.length === 0 ? undefined : barOf(urls.length, "addresses of other sites");
  try {
    const { answers, unknown, internal: own } = await askTargets(urls, { cache, age: onlineAge * 3_600_000, timeout: onlineTimeout * 1_000, internal }, (known) => bar?.update(known));
    if (unknown > 0) process.stderr.write(`${unknown.toLocaleString("en")} of ${urls.length.toLocaleString("en")} addresses of other sites are not known: run it again later\n`);
    if (own > 0) process.stderr.write(`${own.toLocaleString("en")} of ${urls.length.toLocaleString("en")} addresses of other sites are of this machine's own network, and were not asked: --online-internal asks them\n`);
    return answers;
  } finally {
    bar?.stop();
  }
}

function exitCode(findings: readonly Finding[], { strict, maxWarnings }: Options): number {
  if (isUnreadable(findings)) return USAGE;
  const { error, warning } = countsOf(findings);
  const most = strict ? 0 : (maxWarnings ?? Infinity);
  return error > 0 || warning > most ? FINDINGS : OK;
}

function countsOf(findings: readonly Finding[]): Record<Finding["severity"], number> {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

function count(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It is a whole number.");
  return Number(text);
}
