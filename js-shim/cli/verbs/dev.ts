/** `selvedge dev`: a local edge in front of a folder or a URL. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Platform } from "#dist/compile/compile.js";
import { STAGES, type StageName } from "#dist/generated/names.js";
import type { Setup } from "../../local-edge/pipeline/edge.js";
import { TRIGGERS } from "../../local-edge/trigger.js";
import type { HandlerSetting } from "../../local-edge/settings.js";
import { OK } from "../exit.js";
import { printLeftOut } from "../findings.js";
import { InputError } from "../input-error.js";
import { interrupted } from "../interrupted.js";
import { viewerFlag, viewerFlags } from "../viewer-flag.js";
import { DEVICES } from "#dist/tools/viewer-fact.js";
import { dialectOption, platformOption, RULE_FILES } from "../options.js";
import { coloursOf, print, printError } from "../output.js";
import { printable, printableLines } from "../printable.js";
import { inProject } from "../project.js";
import { refuse } from "../refusal.js";

interface Options {
  readonly origin: string;
  readonly handler: HandlerSetting[];
  readonly export: string;
  readonly platform: Platform;
  readonly dialect?: string;
  readonly metadata?: string;
  readonly config?: string;
  readonly missing: "403" | "404";
  readonly rootObject?: string;
  readonly includeBody?: boolean;
  readonly compress?: boolean;
  readonly runtime: "nodejs22.x" | "nodejs24.x";
  readonly timeout?: number;
  readonly port?: number;
  readonly allowHost: string[];
  readonly https?: boolean;
  readonly cert?: string;
  readonly key?: string;
  readonly inspector: boolean;
  readonly country?: string;
  readonly device: string[];
  readonly ip?: string;
  readonly quiet?: boolean;
}

const DEFAULT_PORT = 8400;
const MAX_PORT = 65_535;
/** Of the files that changed at once, as many as a person reads. */
const MAX_NAMED = 3;

const EXAMPLES = `
A folder answers as an S3 bucket does on CloudFront, and as a host of static sites does on other platforms. Files are read
anew when they change; the cache is emptied then. A handler at a trigger takes the place of the rules there.
In place of rules a folder can be given that selvedge build made for CloudFront: its function runs at the viewer events.

A request may say where it comes from: Selvedge-Country: FR, Selvedge-Device: mobile, Selvedge-IP: 198.51.100.24. With
Selvedge-Protocol: http it came by HTTP: the local edge stands for HTTPS, with --https or without.

Examples:
  $ selvedge dev rules.json --origin dist
  $ selvedge dev _redirects _headers --dialect netlify --platform netlify --origin public
  $ selvedge dev cloudfront/ --origin dist --country FR
  $ selvedge dev --handler viewer-request=auth.mjs --handler origin-response=headers.js --origin https://www.example.com
  $ selvedge dev rules.json --handler origin-request=index.mjs --country FR --include-body`;

export function registerDev(program: Command, summary: string): void {
  program
    .command("dev")
    .summary(summary)
    .description("Runs an edge on this machine, in front of a folder or a URL, and says what each stage did with each request.")
    .argument("[files...]", RULE_FILES)
    .addOption(new Option("-o, --origin <folder or URL>", "what answers after the edge; a folder answers as S3 does, and for other platforms as hosts of sites do, with Cache-Control: public, max-age=0, must-revalidate").default("."))
    .addOption(new Option("--handler <[trigger=]file>", `a Lambda@Edge handler, at one trigger (${STAGES.join(", ")}) or at all; may be given several times`).argParser(handler).default([], "none"))
    .addOption(new Option("--export <name>", "the name that handlers are exported under").default("handler"))
    .addOption(platformOption().default("cloudfront"))
    .addOption(dialectOption())
    .option("-c, --config <file>", "the distribution: *.json or *.jsonc, a CloudFormation template, a CDK template, or what terraform show -json or aws cloudfront get-distribution-config prints")
    .option("--metadata <file>", "headers of the folder's objects: what selvedge precompress --metadata FILE.json writes")
    .addOption(new Option("--missing <status>", "what the folder answers for a missing object: 404, or 403 as S3 answers without the right to list").choices(["403", "404"]).default("404"))
    .option("--root-object <name>", "the distribution's default root object (default: index.html where the folder has one)")
    .option("--include-body", "request triggers get the body")
    .option("--compress", "compress as a behaviour with automatic compression does")
    .addOption(new Option("--runtime <name>", "the runtime of Lambda whose rules hold for handlers").choices(["nodejs22.x", "nodejs24.x"]).default(runtime(), "as this Node"))
    .addOption(new Option("--timeout <seconds>", "how long a function may take (default: 5 at viewer triggers, 30 at origin triggers)").argParser(number(1, 900)))
    .addOption(new Option("--port <number>", `the port of the site (default: ${DEFAULT_PORT}, or the next free one)`).argParser(number(0, MAX_PORT)))
    .addOption(new Option("--allow-host <name>", "a name that the site answers to, besides those of this machine, of the rules and of the distribution: www.example.org, *.example.org; may be given several times").argParser(hostName).default([], "none"))
    .option("--https", "serve the site by HTTPS, with HTTP/2; mkcert or openssl makes the certificate")
    .option("--cert <file>", "the certificate for HTTPS, as PEM, with --key")
    .option("--key <file>", "its key, as PEM")
    .option("--no-inspector", "do not serve the page that shows requests")
    .addOption(new Option("--country <code>", "where viewers are, such as DE").argParser(viewerFlag("country")))
    .addOption(new Option("--device <word>", `what viewers have: ${DEVICES.join(", ")}; may be given several times`).argParser(viewerFlags("device")).default([], "none"))
    .addOption(new Option("--ip <address>", "the viewers' address").argParser(viewerFlag("ip")))
    .option("-q, --quiet", "do not print a line for each request")
    .addHelpText("after", EXAMPLES)
    .action(async (files: string[], options: Options, command: Command) => {
      // What was asked to end ends, whatever a watch or a user's function may still hold.
      const [rules, completed] = inProject(files, options, command, "origin");
      // A handler at all triggers leaves none for the rules of the project.
      const isAlone = files.length === 0 && options.handler.some(({ trigger }) => trigger === undefined);
      process.exit(await run(isAlone ? [] : rules, completed));
    });
}

async function run(files: readonly string[], options: Options): Promise<number> {
  const { platform, origin } = options;
  if (options.handler.length > 0 && platform !== "cloudfront") throw new InputError(`--handler is for Lambda@Edge, and the platform is ${platform}`, { help: "leave --platform out, or give rules" });
  if (options.config !== undefined && platform !== "cloudfront") throw new InputError(`--config is for CloudFront, and the platform is ${platform}`, { help: "leave one of the two out" });
  if (files.length > 0 && options.handler.some(({ trigger }) => trigger === undefined)) {
    throw new InputError("a handler at all triggers leaves none for the rules", { help: "say where it runs: --handler origin-request=FILE" });
  }
  const folder = files.find(isFolder);
  if (folder !== undefined && platform !== "cloudfront") throw new InputError(`is a folder, and those are built for CloudFront; the platform is ${platform}`, { where: folder, help: "leave --platform out, or give files of rules" });
  if (folder !== undefined && options.handler.length > 0) throw new InputError("has the functions of all triggers, and a handler would take the place of one", { where: folder, help: "give the files of rules in its place" });
  if ((options.cert === undefined) !== (options.key === undefined)) throw new InputError(`--${options.cert === undefined ? "key" : "cert"} is given alone`, { help: "a certificate needs its key: --cert FILE --key FILE" });
  const { certificateOf, Inspector, isUrl, LocalEdge, madeCertificate, UnusableRules } = await import("../../local-edge/index.js");
  if (!isUrl(origin)) mustBeFolder(origin);
  else if (!URL.canParse(origin)) throw new InputError(`${JSON.stringify(origin)} is not a URL`, { help: "give a folder or a URL such as http://localhost:3000 to --origin" });
  const rootObject = options.rootObject ?? (!isUrl(origin) && isFile(join(origin, "index.html")) ? "index.html" : undefined);
  const colours = coloursOf(process.stdout);
  const say = (text: string): void => void process.stderr.write(`${printableLines(text)}\n`);
  const { handler: handlers, export: exported, dialect, metadata, config, includeBody = false, compress = false, runtime, timeout, allowHost: hosts } = options;
  const settings = { rules: files, dialect, handlers, exported, origin, metadata, config, missing: options.missing === "403" ? 403 : 404, rootObject, includeBody, compress, platform, runtime, timeout, hosts } as const;
  const assumed = { country: options.country, device: options.device, clientIp: options.ip };
  const { https, cert, key } = options;
  const certificate = cert !== undefined && key !== undefined ? certificateOf(cert, key) : https ? madeCertificate() : undefined;
  let edge: InstanceType<typeof LocalEdge>;
  const tellLeftOut = (): void => {
    const { rules } = edge.loaded;
    if (rules !== undefined) printLeftOut(rules.outline.leftOut, rules.sources, "has no --strict");
  };
  try {
    edge = new LocalEdge(settings, assumed, {
      warn: (text) => say(`${colours.yellow("warning:")} ${text}`),
      reloaded: (changed, error) => {
        const more = changed.length - MAX_NAMED;
        const names = changed.slice(0, MAX_NAMED).map((file) => printable(file)).join(", ") + (more > 0 ? ` and ${more} more` : "");
        if (error === undefined) {
          tellLeftOut();
          return print(colours.dim(`reloaded after a change of ${names}`));
        }
        print(colours.red(`${names}: cannot be used; what was there before stays`));
        if (error instanceof UnusableRules) refuse(error.findings, error.sources);
        else printError(error instanceof InputError ? error : new InputError(error instanceof Error ? error.message : String(error)));
      },
    }, certificate);
  } catch (error) {
    if (!(error instanceof UnusableRules)) throw error;
    return refuse(error.findings, error.sources);
  }
  tellLeftOut();
  const url = await listening(edge, options.port);
  edge.watch();
  if (!options.quiet) {
    const { requestLine } = await import("../../local-edge/log.js");
    // Those of one turn at once: each print is a call of the system.
    const lines: string[] = [];
    const flush = (): void => print(lines.splice(0).join("\n"));
    edge.traces.watch((_, trace) => {
      if (lines.push(requestLine(trace, colours)) === 1) setImmediate(flush);
    });
  }
  const inspector = options.inspector ? new Inspector(edge) : undefined;
  // The next port, so that it is the same one each time; any, if the site has any, or the last one.
  const next = Number(new URL(url).port) + 1;
  const page = await inspector?.listen(options.port === 0 || next > MAX_PORT ? 0 : next);
  if (page !== undefined) edge.inspector = page;
  print(invitation(url, page, edge.loaded.setup, files, options, colours));
  await interrupted();
  await inspector?.close();
  await edge.close();
  return OK;
}

async function listening(edge: { listen(port: number, isFixed: boolean): Promise<string> }, port: number | undefined): Promise<string> {
  try {
    const url = await edge.listen(port ?? DEFAULT_PORT, port !== undefined && port !== 0);
    if (port === undefined && !url.endsWith(`:${DEFAULT_PORT}`)) print(`Port ${DEFAULT_PORT} is taken; this is the next free one.`);
    return url;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") throw new InputError(`port ${port ?? DEFAULT_PORT} is taken${port === undefined ? ", and so are those after it" : ""}`, { help: "choose another with --port" });
    if (code === "EACCES") throw new InputError(`port ${port} may not be used by this user`, { help: "choose one above 1023" });
    throw error;
  }
}

function invitation(url: string, page: string | undefined, { distribution: { origins, behaviours }, functionOf }: Setup, files: readonly string[], { handler: handlers, platform }: Options, { bold, cyan, dim }: ReturnType<typeof coloursOf>): string {
  // Functions that the distribution itself has, where nothing of the command line takes their place.
  const own = behaviours.flatMap((behaviour) =>
    TRIGGERS.flatMap((trigger) => {
      const name = behaviour.handlers[trigger] ?? behaviour.functions[trigger]?.name;
      const runs = behaviour.handlers[trigger] !== undefined || functionOf(behaviour, trigger)?.name === name;
      return name !== undefined && runs ? [`${name} at ${trigger} of ${behaviour.pattern}`] : [];
    }),
  );
  const what = [...files, ...handlers.map(({ trigger, file }) => `${file}${trigger === undefined ? "" : ` at ${trigger}`}`), ...own].map(printable).join(", ");
  const from = [...new Set(origins.map(({ folder, url: address, event }) => folder ?? address ?? event.s3?.domainName ?? ""))].map(printable).join(", ");
  return `${bold("Selvedge, local edge")} ${dim(`(${platform})`)}
  the site   ${cyan(url)}/${page === undefined ? "" : `\n  inspector  ${cyan(page)}`}
  from       ${from}
  through    ${what === "" ? "nothing: no rules and no handler are given" : what}
${dim("Ctrl-C stops it.")}`;
}

function mustBeFolder(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) throw new InputError("there is no such folder", { where: folder, help: "give the folder that is uploaded, or a URL, to --origin" });
  if (!found.isDirectory()) throw new InputError("is not a folder", { where: folder, help: "give a folder or a URL to --origin" });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function handler(text: string, before: readonly HandlerSetting[]): HandlerSetting[] {
  const at = text.indexOf("=");
  const trigger = STAGES.find((stage): stage is StageName => stage === text.slice(0, at));
  if (at >= 0 && trigger === undefined && /^[a-z-]+$/.test(text.slice(0, at))) throw new InvalidArgumentError(`There is no trigger ${text.slice(0, at)}; it is one of ${STAGES.join(", ")}.`);
  const setting = { trigger, file: trigger === undefined ? text : text.slice(at + 1) };
  if (before.some((other) => other.trigger === setting.trigger)) throw new InvalidArgumentError(`There is a handler ${trigger === undefined ? "without a trigger" : `at ${trigger}`} already.`);
  return [...before, setting];
}

function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
    return value;
  };
}

function hostName(text: string, before: readonly string[]): string[] {
  if (!/^(?:\*\.)?[\w-]+(?:\.[\w-]+)*$/.test(text)) throw new InvalidArgumentError("It is a name such as www.example.org, or *.example.org for all below, without a port.");
  return [...before, text];
}

function runtime(): Options["runtime"] {
  return Number(process.versions.node.split(".")[0]) >= 24 ? "nodejs24.x" : "nodejs22.x";
}
