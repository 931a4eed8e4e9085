/** `selvedge precompress`: compressed variants of a site's files, ahead of time. */
import { availableParallelism } from "node:os";
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { FINDINGS, OK, USAGE } from "../exit.js";
import { InputError } from "../input-error.js";
import { followOption, jsonOption } from "../options.js";
import { printError } from "../output.js";
import { printable } from "../printable.js";
import { type Coding, CODINGS, isAvailable } from "../precompress/coding.js";
import { MANIFEST } from "../precompress/manifest.js";
import { type CacheRule, json, metadataOf } from "../precompress/metadata.js";
import { isOwnFile } from "../precompress/own.js";
import { Progress } from "../precompress/progress.js";
import { report, reportJson } from "../precompress/report.js";
import { check, type Outcome, precompress, type Settings } from "../precompress/run.js";
import { Interrupted, stoppable } from "../precompress/signals.js";
import { script } from "../precompress/upload.js";
import { walk } from "../precompress/walk.js";
import { project } from "../project.js";
import { writeAtomically } from "../write.js";

interface Options {
  readonly encodings: Coding[];
  readonly include: string[];
  readonly exclude: string[];
  readonly minSize: number;
  readonly minGain: number;
  readonly iterations: number;
  readonly jobs: number;
  readonly manifest?: string;
  readonly base: string;
  readonly check?: boolean;
  readonly metadata?: string;
  readonly cacheControl: CacheRule[];
  readonly followLinks: boolean;
  readonly json?: boolean;
}

const HELP = `
Writes app.js.gz, app.js.br and app.js.zst next to app.js: gzip by Zopfli's method, Brotli 11, Zstandard 22. Each variant is
decompressed and compared before it is kept. What compresses is chosen by type and content: text, scripts, styles, pages,
JSON, XML, SVG, wasm, fonts but WOFF, and whatever else is text. The folders .git, .hg, .svn and node_modules are left out.

The manifest, ${MANIFEST} in the folder, has in "files" what the rule takes:
  "precompressed": [{ "for": "/*", "encodings": ["br", "gzip"], "prefer": "smallest", "files": { … } }]
It also says what selvedge made: unchanged files cost nothing the next time, stale variants are removed, and a file that
selvedge did not make, or that somebody changed since, is never touched.

Patterns are those of rules: *.js is the end of a path at any depth, /assets/* a path from the folder.

With --metadata variants carry Content-Encoding in the bucket, which is right for whoever asks the bucket itself. The rule
sets it at the edge where the origin sends none, so a plain copy serves as well, and app.js.gz stays an archive there.
Cache-Control: names with a hash never expire, as Vite, Astro, SvelteKit, Next, Gatsby and webpack write them, all else is
revalidated.

Exit codes: 0 all is well, 1 some files have problems, or --check found work to do, 2 nothing could be done, 130 Ctrl-C.

Examples:
  $ selvedge precompress dist
  $ selvedge precompress dist --encodings gzip,br --exclude '*.map' --iterations 50
  $ selvedge precompress dist --check
  $ selvedge precompress dist --metadata upload.sh --cache-control '/assets/*=public, max-age=31536000, immutable'
  $ sh upload.sh s3://my-bucket`;

export function registerPrecompress(program: Command, summary: string): void {
  const listed = (choices: readonly string[]) => (text: string) => {
    const names = text.split(",").map((name) => name.trim());
    const wrong = names.find((name) => !choices.includes(name));
    if (wrong !== undefined) throw new InvalidArgumentError(`${JSON.stringify(wrong)} is none of ${choices.join(", ")}.`);
    return names;
  };
  const collected = <T>(of: (text: string) => T) => (text: string, before: T[]) => [...before, of(text)];
  program
    .command("precompress")
    .summary(summary)
    .description("Compresses the files of a folder ahead of time, for the rule \"precompressed\".")
    .argument("[folder]", "the site, as it is uploaded or served")
    .addOption(new Option("-e, --encodings <list>", "the variants to write, separated by commas").argParser(listed(CODINGS)).default([...CODINGS], CODINGS.join(",")))
    .addOption(new Option("--include <pattern>", "only these files, whatever their type; may be repeated").argParser(collected(String)).default([], "by type and content"))
    .addOption(new Option("--exclude <pattern>", "not these files; may be repeated").argParser(collected(String)).default([], "none"))
    .addOption(new Option("--min-size <bytes>", "leave out files that are smaller").argParser(number(0, 2 ** 31)).default(1024))
    .addOption(new Option("--min-gain <percent>", "leave out variants that save less").argParser(number(0, 99, true)).default(2))
    .addOption(new Option("--iterations <count>", "how many ways through a file are tried for gzip").argParser(number(1, 100_000)).default(15))
    .addOption(new Option("-j, --jobs <count>", "how many files at once").argParser(number(1, 1024)).default(availableParallelism(), "as many as there are cores"))
    .addOption(new Option("--manifest <file>", "where the manifest is").default(undefined, `${MANIFEST} in the folder`))
    .addOption(new Option("--base <path>", "the URL path that the folder is served under").default("/"))
    .addOption(new Option("--check", "change nothing; exit with 1 if anything is missing or stale").conflicts("metadata"))
    .option("--metadata <file>", "write what each object in S3 should say: a script for the AWS CLI, or *.json")
    .addOption(new Option("--cache-control <pattern=value>", "for --metadata; the first match counts; may be repeated").argParser(collected(cacheRule)).default([], "by name, see below"))
    .addOption(followOption("follow links that lead out of the folder, and write where links lead"))
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (given: string | undefined, options: Options) => {
      const folder = given ?? (project()?.options["site"] as string | undefined);
      if (folder === undefined) throw new InputError("the folder is missing", { help: "write: selvedge precompress dist\nor name it once, in selvedge.config.json: { \"site\": \"dist\" }" });
      process.exitCode = await run(folder, options);
    });
}

async function run(folder: string, options: Options): Promise<number> {
  const started = performance.now();
  const { encodings: codings, iterations, minGain, jobs, minSize, include, exclude } = options;
  const base = baseOf(options.base);
  const manifest = options.manifest === undefined ? undefined : resolve(options.manifest);
  const metadata = options.metadata === undefined ? undefined : resolve(options.metadata);
  const settings: Settings = { folder, manifest, metadata, base, codings, iterations, minGain, jobs, followLinks: options.followLinks, choice: { include, exclude, minSize } };
  const bar = new Progress(options.json !== true);
  let outcome: Outcome;
  try {
    outcome = await stoppable((stop) => (options.check ? check(settings, stop) : precompress(settings, stop, bar)));
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    printError(new InputError(`${error.message}; nothing was changed`));
    return error.exitCode;
  } finally {
    bar.end();
  }
  if (options.metadata !== undefined && outcome.stopped === undefined) await writeMetadata(options.metadata, folder, outcome, options);
  const lacking = codings.filter((coding) => !isAvailable(coding));
  const context = { codings, check: options.check === true, lacking, seconds: (performance.now() - started) / 1000 };
  (options.json ? reportJson : report)(outcome, context);
  if (outcome.stopped !== undefined) return stopped(outcome.stopped);
  const work = options.check ? outcome.made.length + outcome.removed.length : 0;
  return outcome.problems.length + work > 0 ? FINDINGS : OK;
}

/** The run ended early; what it had made is whole, and recorded. */
function stopped(reason: unknown): number {
  if (reason instanceof Interrupted) {
    process.stderr.write(`${reason.message}; what was made until then is recorded, the next run goes on from there\n`);
    return reason.exitCode;
  }
  if (!(reason instanceof InputError)) throw reason;
  process.stderr.write(`${printable(`error: ${reason.where}: ${reason.message}`)}\n`);
  return USAGE;
}

async function writeMetadata(file: string, given: string, outcome: Outcome, { cacheControl, followLinks }: Options): Promise<void> {
  const folder = realpathSync(given);
  const walked = await walk(folder, followLinks);
  const names = walked.files.filter((name) => !isOwnFile(name, folder, [outcome.manifest, resolve(file)]));
  const { objects, problems } = metadataOf(names, outcome.files, folder, cacheControl);
  outcome.problems.push(...problems);
  writeAtomically(file, file.endsWith(".json") ? json(objects) : script(objects, walked, folder, file), followLinks);
}

/** A whole number within bounds. */
function number(least: number, most: number, fractions = false): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const sound = /^\d+(\.\d+)?$/.test(text) && (fractions || Number.isInteger(value)) && value >= least && value <= most;
    if (!sound) throw new InvalidArgumentError(`It must be ${fractions ? "a number" : "a whole number"} from ${least} to ${most}.`);
    return value;
  };
}

function cacheRule(text: string): CacheRule {
  const [, pattern, value] = /^([^=]+)=([\x20-\x7e]+)$/.exec(text) ?? [];
  if (pattern === undefined || value === undefined) throw new InvalidArgumentError("It must be pattern=value, for example '*.html=no-cache'.");
  return { pattern, value };
}

function baseOf(base: string): string {
  if (/^\/[!-~]*$/.test(base) && !/[?#\\]/.test(base)) return base.replace(/\/$/, "");
  throw new InputError("is not a URL path", { where: `--base ${base}`, help: "write it as /assets" });
}
