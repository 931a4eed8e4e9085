/** `selvedge csp`: the Content-Security-Policy that a built site needs. */
import type { Command } from "commander";
import { Engine } from "#dist/tools/engine.js";
import { FindingsError } from "#dist/tools/findings-error.js";
import { usable } from "#dist/tools/rule-files.js";
import { type Page, pagesOf, rulesOf, urlsOf } from "../csp/pages.js";
import { missing, unnamed } from "../csp/policy.js";
import { FINDINGS, OK } from "../exit.js";
import { readSources } from "../input.js";
import { InputError } from "../input-error.js";
import { dialectOption, followOption, jsonOption } from "../options.js";
import { coloursOf, print, printFile, printJson } from "../output.js";
import { printable } from "../printable.js";
import { refuse } from "../refusal.js";
import { writeAtomically } from "../write.js";

interface Options {
  readonly check?: string[];
  readonly output?: string;
  readonly dialect?: string;
  readonly followLinks: boolean;
  readonly json?: boolean;
}

/** CloudFront takes 10,240 characters for all headers that a function adds. */
const LONG = 4096;

const HELP = `
Reads every page of the folder as a browser does: hashes of inline scripts, styles, handlers and style attributes, and the origins
that elements and stylesheets load from, and modules import from. It prints rules: one for all paths, and one for each group of pages
that needs something else. Run it after each build, since hashes change with what they are of.

Pages are *.html and *.xhtml, and each *.svg that has scripts or that a page links to or embeds as a document; of an image no
policy counts.

What scripts do at run time cannot be seen in files: add to connect-src what they fetch, and to the others what they insert.

With --check nothing is printed but what is missing: each page is asked for under the rules, and its policy must allow what the
page needs. That is for CI.

Exit codes: 0 all is well, 1 --check found something missing, 2 a file cannot be read.

Examples:
  $ selvedge csp dist -o csp.json
  $ selvedge build rules.json csp.json --platform cloudfront -o plan.mjs
  $ selvedge csp dist --check rules.json csp.json`;

export function registerCsp(program: Command, summary: string): void {
  program
    .command("csp")
    .summary(summary)
    .description("Prints the Content-Security-Policy that a built site needs, as rules of headers.")
    .argument("<folder>", "the site, as it is uploaded or served")
    .option("-o, --output <file>", "where to write the rules; standard output if not given")
    .option("--check <files...>", "check these rules instead: does each page get a policy that allows what it needs?")
    .addOption(dialectOption())
    .addOption(followOption("write where a symbolic link leads that is in the place of a file"))
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (folder: string, options: Options) => {
      process.exitCode = await run(folder, options);
    });
}

async function run(folder: string, options: Options): Promise<number> {
  const pages = pagesOf(folder);
  if (pages.length === 0) throw new InputError("holds no page", { where: folder, help: "name the folder that the build writes, with its *.html" });
  return options.check === undefined ? write(pages, options) : check(pages, options.check, folder, options);
}

function write(pages: readonly Page[], { output, followLinks, json }: Options): number {
  const headers = rulesOf(pages);
  const text = `${JSON.stringify({ headers }, null, 2)}\n`;
  if (output !== undefined) writeAtomically(output, text, followLinks);
  if (json) printJson({ headers, pages: pages.map(({ file, needs }) => ({ file, needs: Object.fromEntries([...needs].map(([directive, sources]) => [directive, [...sources]])) })) });
  else if (output === undefined) printFile(text);
  else print(`${coloursOf(process.stdout).bold(printable(output))}: ${headers.length === 1 ? "one policy" : `${headers.length} policies`} for ${pages.length} pages`);
  const longest = Math.max(...headers.map(({ set }) => set["Content-Security-Policy"].length));
  if (longest > LONG) process.stderr.write(`warning: a policy has ${longest.toLocaleString("en")} characters; move inline scripts into files: platforms and servers limit headers\n`);
  for (const { file, needs } of pages) {
    for (const source of unnamed(needs)) process.stderr.write(`${printable(`warning: ${file}: no policy can name ${source}, so what is loaded from there is blocked; use another host`)}\n`);
  }
  return OK;
}

async function check(pages: readonly Page[], files: readonly string[], site: string, { dialect, json }: Options): Promise<number> {
  const sources = readSources([...new Set(files)], { dialect, site });
  const { rules, findings } = usable(sources, { platform: "fetch" });
  if (rules === null) return refuse(new FindingsError(findings), sources, json);
  const engine = new Engine(rules);
  const lacking: { page: string; url: string; missing: string[] }[] = [];
  for (const { file, needs } of pages) {
    for (const url of urlsOf(file)) {
      const { status, headers } = await engine.handle(url, () => ({ headers: { "Content-Type": "text/html" } }));
      // A redirect is not a page, and what the origin says itself is not seen here.
      if (status !== 200) continue;
      const policy = headers["content-security-policy"];
      const found = policy === undefined ? ["no Content-Security-Policy"] : missing(needs, policy);
      if (found.length > 0) lacking.push({ page: file, url, missing: found });
      break;
    }
  }
  if (json) printJson({ pages: pages.length, missing: lacking });
  else {
    const { red, bold } = coloursOf(process.stdout);
    for (const { page, url, missing } of lacking) print(`${bold(printable(page))} at ${printable(url)}: ${red("missing")} ${missing.map((each) => printable(each)).join(", ")}`);
    print(lacking.length === 0 ? `${pages.length} pages, and each policy allows what its page needs` : `${lacking.length} of ${pages.length} pages have a policy that forbids what they need`);
  }
  return lacking.length > 0 ? FINDINGS : OK;
}
