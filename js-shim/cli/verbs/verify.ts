/** `selvedge verify`: whether old addresses lead where they must, on a site or by rules. */
import { existsSync } from "node:fs";
import type { Command } from "commander";
import type { Platform } from "#dist/compile/compile.js";
import { FACTS } from "#dist/generated/names.js";
import { FindingsError } from "#dist/tools/findings-error.js";
import { Road } from "#dist/tools/traffic.js";
import { FINDINGS, OK, USAGE } from "../exit.js";
import { hasForm } from "../form.js";
import { readSources } from "../input.js";
import { InputError } from "../input-error.js";
import { isModule } from "../module.js";
import { choice, dialectOption, followOption, jsonOption, numberOption, platformOption, siteOption, sheetOption } from "../options.js";
import { printFile } from "../output.js";
import { barOf } from "../progress-bar.js";
import { inProject } from "../project.js";
import { refuse } from "../refusal.js";
import { existsIn } from "../site.js";
import { askRules, askSite } from "../verify/ask.js";
import { Client, each } from "../verify/client.js";
import { crawl } from "../verify/crawl.js";
import type { Item, Result } from "../verify/item.js";
import { judge, pathOf, type Site } from "../verify/judge.js";
import { type List, readList } from "../verify/list.js";
import { resolved } from "../verify/page.js";
import { suggesterOf } from "../verify/pages.js";
import { type Format, FORMATS, isGood, rendered, type Report } from "../verify/report.js";
import { isAddress } from "../verify/sitemap.js";
import { State } from "../verify/state.js";
import { writeAtomically } from "../write.js";

interface Options {
  readonly against: string[];
  readonly crawl?: string;
  readonly maxPages: number;
  readonly concurrency: number;
  readonly timeout: number;
  readonly retries: number;
  readonly delay: number;
  readonly keepHosts?: boolean;
  readonly resume?: string;
  readonly suggest?: boolean;
  readonly sitemap?: string;
  readonly site?: string;
  readonly sheet?: string;
  readonly platform?: Platform;
  readonly dialect?: string;
  readonly format: Format;
  readonly output?: string;
  readonly followLinks: boolean;
  readonly json?: boolean;
}

const HELP = `
The list is a table (columns from, to, status), a sitemap (a file or an address), an access log, the redirects of a file of rules, or
a file with an address on each line. With --crawl it is what the old site links to, as far as its robots.txt allows.

Without a target, an address must come to a page; a status of 410 in the list says that it is gone on purpose. Addresses of the list
are asked of the host of --against, with their paths. A site that answers 429 or 503 is asked again when its Retry-After says so.

Exit codes: 0 all is as expected, 1 something is not or a row of the list is not an address, 2 the list cannot be read, or the site does not answer at all.

Examples:
  $ selvedge verify old-urls.csv --against https://www.example.com
  $ selvedge verify sitemap.xml --against _redirects --dialect netlify --site dist
  $ selvedge verify --crawl https://old.example.com --against https://new.example.com --format html -o report.html
  $ selvedge verify old-urls.csv --against rules.json --site dist --suggest`;

export function registerVerify(program: Command, summary: string): void {
  program
    .command("verify")
    .summary(summary)
    .description("Asks old addresses of a live site, or of rules: final status and address, redirects on the way, and whether that is what was expected.")
    .argument("[list]", "old addresses, with or without targets")
    .requiredOption("--against <where...>", "the address of a site, or files of rules")
    .option("--crawl <url>", "the list is what this site links to")
    .addOption(numberOption("--max-pages <count>", "at most this many of its pages", 1, 100_000).default(1_000))
    .addOption(numberOption("--concurrency <count>", "requests at a time", 1, 64).default(4))
    .addOption(numberOption("--timeout <seconds>", "for one request", 1, 300).default(20))
    .addOption(numberOption("--retries <count>", "how often a request without an answer is sent again", 0, 10).default(2))
    .addOption(numberOption("--delay <milliseconds>", "between two requests", 0, 60_000).default(0))
    .option("--keep-hosts", "ask addresses of the hosts that the list says")
    .option("--resume <file>", "keep what was asked in this file, and go on from there")
    .option("--suggest", "propose targets for what is missing, from --site or --sitemap")
    .option("--sitemap <file>", "the sitemap of the new site, a file or an address")
    .addOption(sheetOption())
    .addOption(siteOption())
    .addOption(platformOption())
    .addOption(dialectOption())
    .addOption(choice("-f, --format <format>", "for people, for programs, or as a page that can be mailed", FORMATS).default("table"))
    .option("-o, --output <file>", "where to write the report; standard output if not given")
    .addOption(followOption("write where a symbolic link leads that is in the place of the report"))
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (list: string | undefined, options: Options, command: Command) => {
      process.exitCode = await run(list, inProject(["-"], options, command)[1]);
    });
}

async function run(name: string | undefined, options: Options): Promise<number> {
  const { against, crawl: start, dialect, format, json, output, followLinks, suggest, site, sitemap } = options;
  if ((name === undefined) === (start === undefined)) throw new InputError(name === undefined ? "the list is missing" : "there are two lists", { help: "write: selvedge verify old-urls.csv --against https://www.example.com, or --crawl https://old.example.com" });
  if (suggest && site === undefined && sitemap === undefined) throw new InputError("nothing is known of the new site", { help: "add --site dist, or --sitemap https://www.example.com/sitemap.xml" });
  for (const where of against) checkPlace(where);
  const client = new Client({ ...options, timeout: options.timeout * 1000 });
  const titles = new Map<string, string>();
  const list = start === undefined ? await readList(name!, options, client) : await crawled(start, options.maxPages, client, titles);
  if (list.items.length === 0) throw new InputError(list.skipped[0]?.text ?? "holds no address", { where: name ?? start });
  const [only] = against;
  try {
    const results = only !== undefined && isAddress(only) ? await atSite(only, list.items, options, client) : byRules(list.items, options);
    const suggester = suggest ? await suggesterOf(site, sitemap, client) : undefined;
    const report: Report = {
      against: against.join(", "),
      results: suggester === undefined ? results : results.map((result) => (isGood(result) ? result : { ...result, suggestions: suggester.suggest(pathOf(result.from), 3, titles.get(result.from)) })),
      skipped: list.skipped,
    };
    const text = rendered(report, json ? "json" : format);
    if (output === undefined) printFile(text);
    else writeAtomically(output, text, followLinks);
    if (results.every(({ finalStatus }) => finalStatus === 0)) return USAGE;
    return results.every(isGood) && list.skipped.every(({ row }) => row === undefined) ? OK : FINDINGS;
  } catch (error) {
    // A site has no sources to read.
    if (!(error instanceof FindingsError)) throw error;
    return refuse(error, readSources(against, { dialect }), json);
  }
}

/** A host without a scheme would be looked for as a file. */
function checkPlace(where: string): void {
  const isHost = /^(?:localhost|\[[\da-f:.]+\]|(?:[\w-]+\.)+[\w-]+)(?::\d+)?(?:\/.*)?$/i.test(where);
  if (!isHost || hasForm(where) || isModule(where) || existsSync(where)) return;
  const isHere = /^(?:localhost|127\.|\[::1\])/i.test(where);
  throw new InputError("is not a file, and an address needs its scheme", { where, help: `write --against ${isHere ? "http" : "https"}://${where}` });
}

async function crawled(start: string, max: number, client: Client, titles: Map<string, string>): Promise<List> {
  const bar = barOf(0, "pages found");
  try {
    const { pages, titles: found, kept, unread, isCut } = await crawl(start, max, client, (count) => bar?.update(count));
    for (const [address, title] of found) titles.set(address, title);
    const skipped = [...(kept > 0 ? [`robots.txt keeps ${kept} addresses from crawlers`] : []), ...(isCut ? [`there are more than ${max} pages; --max-pages sets the limit`] : [])];
    // The old site may have failed for a moment: without its links the list is too short.
    const failed = unread.map(({ address, problem }) => ({ text: `${address}: ${problem}`, row: { from: address, where: start } }));
    return { items: pages.map((from) => ({ from })), skipped: [...skipped.map((text) => ({ text })), ...failed] };
  } finally {
    bar?.stop();
  }
}

async function atSite(against: string, items: readonly Item[], { keepHosts, resume }: Options, client: Client): Promise<Result[]> {
  const base = resolved(against, against);
  if (base === undefined) throw new InputError(`${JSON.stringify(against)} is not an address`);
  const hosts = new Set(items.flatMap(({ from }) => (isAddress(from) ? [new URL(from).host] : [])));
  const place = (address: string): string => {
    const url = new URL(address, base);
    return !keepHosts && hosts.has(url.host) ? new URL(`${url.pathname}${url.search}`, base).href : url.href;
  };
  const state = new State(resume, base);
  // What the site sends for what it cannot have.
  const probe = await askSite(client, new URL(`/selvedge-${Date.now().toString(36)}-not-there`, base).href, place);
  const site: Site = { place, nothing: probe.status === 200 ? probe.page : undefined };
  const results = new Array<Result>(items.length);
  const bar = barOf(items.length, "addresses");
  try {
    await each([...items.keys()], client.concurrency, async (at) => {
      const item = items[at]!;
      const known = state.get(item);
      const result = known ?? judge(item, await askSite(client, place(item.from), place), site);
      if (known === undefined) state.keep(result);
      results[at] = { ...result, where: item.where };
      bar?.increment();
    });
  } finally {
    bar?.stop();
  }
  return results;
}

/** Rules without a host of their own are those of the host of the list. */
function byRules(items: readonly Item[], { against, dialect, site: folder, platform = "fetch" }: Options): Result[] {
  const sources = readSources(against, { dialect, site: folder });
  const base = items.map(({ from }) => from).find(isAddress) ?? "https://example.org/";
  const site: Site = { place: (address) => resolved(address, base) ?? address };
  const answers = askRules(new Road(sources, { platform, facts: FACTS }), items, site, folder === undefined ? undefined : existsIn(folder));
  return items.map((item, at) => judge(item, answers[at]!, site));
}
