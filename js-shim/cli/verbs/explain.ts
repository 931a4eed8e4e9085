/** `selvedge explain`: one request through rules, and why each rule acted or did not. */
import { existsSync, statSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Platform } from "#dist/compile/compile.js";
import { type Exchange, explain } from "#dist/tools/explain.js";
import { FACTS, type FactName, STAGES, type StageName } from "#dist/generated/names.js";
import { DEVICES } from "#dist/tools/viewer-fact.js";
import { OK } from "../exit.js";
import { renderTrace } from "../explanation.js";
import { printLeftOut } from "../findings.js";
import { readSources } from "../input.js";
import { InputError } from "../input-error.js";
import { choice, dialectOption, factOption, jsonOption, platformOption, siteOption } from "../options.js";
import { coloursOf, print, printJson } from "../output.js";
import { inProject } from "../project.js";
import { refuse } from "../refusal.js";
import { viewerFlag, viewerFlags } from "../viewer-flag.js";

type Line = [name: string, value: string];

interface Options {
  readonly request?: string;
  readonly header: Line[];
  readonly cookie: string[];
  readonly country?: string;
  readonly device: string[];
  readonly ip?: string;
  readonly id?: string;
  readonly status?: number;
  readonly responseHeader: Line[];
  readonly body?: string;
  readonly platform?: Platform;
  readonly fact?: FactName[];
  readonly stage?: StageName;
  readonly dialect?: string;
  readonly site?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
✓ acted, ✗ did not match, · matched but had nothing to do, came too late, or was not looked at.
What happens is asked of the engine itself; on CloudFront the policies are taken to forward what "selvedge plan" lists.
The request is a miss in the cache: every stage runs.

Examples:
  $ selvedge explain rules.json https://example.org/old/page
  $ selvedge explain _redirects _headers /blog/2024/spring --dialect netlify
  $ selvedge explain rules.json /app.js -H 'Accept-Encoding: br, gzip' --platform cloudfront
  $ selvedge explain rules.json /gone --status 404 --response-header 'Server: AmazonS3' --stage origin-response`;

export function registerExplain(program: Command, summary: string): void {
  program
    .command("explain")
    .summary(summary)
    .description("Follows one request through every stage: each rule that is looked at, why it matched or not, and what the viewer gets.")
    .argument("<rules...>", "files of rules, unless the project file names them; then the URL: a path alone is one of https://example.org")
    .usage("[options] [rules...] <url>")
    .option("-X, --request <method>", "the method", "GET")
    .addOption(lines("-H, --header <line>", "a request header, as 'Name: value'; may be given several times"))
    .addOption(new Option("-b, --cookie <cookie>", "a cookie, as name=value; may be given several times").argParser(another<string>).default([], "none"))
    .addOption(new Option("--country <code>", "the viewer's country, such as DE").argParser(viewerFlag("country")))
    .addOption(new Option("--device <word>", `the viewer's device: ${DEVICES.join(", ")}; may be given several times`).argParser(viewerFlags("device")).default([], "none"))
    .addOption(new Option("--ip <address>", "the viewer's address").argParser(viewerFlag("ip")))
    .option("--id <text>", "the request's identifier, which experiments and weights are drawn from")
    .addOption(new Option("--status <number>", "the status of the origin's answer").argParser(status).default(200))
    .addOption(lines("--response-header <line>", "a header of the origin's answer; may be given several times"))
    .option("--body <text>", "the body of the origin's answer")
    .addOption(platformOption().default("fetch"))
    .addOption(factOption())
    .addOption(choice("--stage <name>", "show one stage alone", STAGES))
    .addOption(dialectOption())
    .addOption(siteOption())
    .option("-a, --all", "show every rule, also those for other paths")
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((args: string[], options: Options, command: Command) => {
      const [url, given] = [args.at(-1) ?? "", args.slice(0, -1)];
      process.exitCode = run(url, ...inProject(given, options, command));
    });
}

/** RFC 9110 §9.1, and RFC 5789. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

function run(url: string, files: readonly string[], options: Options): number {
  if (files.length === 0) {
    if (/^https?:\/\/|^\//.test(url) && !existsSync(url)) {
      throw new InputError("the rules are missing", { help: `write: selvedge explain rules.json ${url}` });
    }
    throw urlMissing(url);
  }
  // The project file names rules, and what should be the URL is a file.
  if (!url.startsWith("/") && existsSync(url) && statSync(url).isFile()) throw urlMissing(url);
  const sources = readSources([...new Set(files)], options);
  const platform = options.platform ?? "fetch";
  // A platform that tells neither is given what the command line says.
  const facts = options.fact ?? FACTS;
  try {
    const trace = explain(sources, exchange(url, options), { platform, facts });
    if (options.json) {
      printJson(options.stage === undefined ? trace : { ...trace, stages: trace.stages.filter(({ stage }) => stage === options.stage) });
      return OK;
    }
    const width = process.stdout.isTTY ? Math.max(process.stdout.columns || 80, 60) : 120;
    const byLine = new Set(sources.filter(({ form }) => form !== "rules").map(({ name }) => name));
    printLeftOut(trace.leftOut, sources, "has no --strict");
    const { request: method = "GET" } = options;
    const upper = method.toUpperCase();
    if (method !== upper && METHODS.includes(upper)) process.stderr.write(`warning: methods are case-sensitive (RFC 9110 §9.1): ${method} is not ${upper}\n`);
    print(renderTrace(trace, { colours: coloursOf(process.stdout), width, all: options.all ?? false, stage: options.stage, byLine }));
    return OK;
  } catch (error) {
    return refuse(error, sources, options.json);
  }
}

function urlMissing(file: string): InputError {
  return new InputError("the URL is missing", { help: `write: selvedge explain ${file} https://example.org/a/path` });
}

/** A path alone is one of the example; without a scheme it is a host that is one: `old/page` is neither. */
function addressOf(text: string): string {
  if (text.startsWith("/")) return `https://example.org${text}`;
  const url = /^[a-z]+:\/\//i.test(text) ? text : /^(?:[^/?#]*[.:]|localhost(?=[/?#]|$))/i.test(text) ? `https://${text}` : "";
  if (URL.canParse(url)) return url;
  throw new InputError(`${JSON.stringify(text)} is neither a path nor a URL`, { help: "write /a/path, or https://example.org/a/path" });
}

function exchange(url: string, options: Options): Exchange {
  const cookies = options.cookie.length === 0 ? [] : [["Cookie", options.cookie.join("; ")] as Line];
  return {
    url: addressOf(url),
    method: options.request,
    headers: [...options.header, ...cookies],
    clientIp: options.ip,
    country: options.country,
    device: options.device,
    requestId: options.id,
    origin: { status: options.status, headers: options.responseHeader, body: options.body },
  };
}

function lines(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before: Line[]) => another(lineOf(text), before)).default([], "none");
}

function another<T>(value: T, before: readonly T[]): T[] {
  return [...before, value];
}

function lineOf(text: string): Line {
  const colon = text.indexOf(":");
  if (colon <= 0) throw new InvalidArgumentError("Write it as 'Name: value'.");
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

function status(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 100 || number > 599) throw new InvalidArgumentError("It is a number from 100 to 599.");
  return number;
}
