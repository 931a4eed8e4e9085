/** `selvedge build`: rules → one compiled plan, as bytes or as a module. */
import { extname } from "node:path";
import { gzipSync } from "node:zlib";
import type { Command } from "commander";
import { compile, type Platform } from "#dist/compile/compile.js";
import type { FactName } from "#dist/generated/names.js";
import { type CompiledForm, PlanFacts } from "#dist/tools/plan-facts.js";
import { usable } from "#dist/tools/rule-files.js";
import { FINDINGS, USAGE } from "../exit.js";
import { isUnreadable, lostOf, printFindings, printLeftOut, withAddress } from "../findings.js";
import { readSources } from "../input.js";
import { type Key, keyOf, type KeyOptions, keyFileOption, keyOption } from "../key.js";
import { InputError } from "../input-error.js";
import { choice, columnsOption, dialectOption, factOption, followOption, jsonOption, needed, platformOption, RULE_FILES, siteOption, strictOption } from "../options.js";
import { coloursOf, print, printJson } from "../output.js";
import { buildFolder } from "../cloudfront/folder.js";
import { buildFunction } from "../cloudfront/function.js";
import { atOption, hasPreferences, type PreferenceOptions, preferOption } from "../cloudfront/preferences.js";
import type { PlanPlatform } from "#dist/generated/handlers.js";
import { printable, printableLines } from "../printable.js";
import { declarationsOf, type Format, FORMATS, moduleOf, usage } from "../plan-module.js";
import { inProject, someRules } from "../project.js";
import { isFolder, writeAtomically } from "../write.js";

interface Options extends KeyOptions, PreferenceOptions {
  readonly template?: boolean;
  readonly platform?: Platform;
  readonly output?: string;
  readonly format?: Format;
  readonly store?: string;
  readonly fact?: FactName[];
  readonly dialect?: string;
  readonly site?: string;
  readonly columns?: string;
  readonly followLinks: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
A plan is checked when it is loaded: one of another version, truncated or altered is a PlanError.
The module holds the plan as text: it reads no file and any bundler takes it.
The same rules and the same key give the same bytes; without a key each build has a new one. Where triggers on CloudFront
run different builds, give all of them one key. A plan holds a secret that follows from it: do not publish it.

A line of _redirects, _headers, netlify.toml or vercel.json that cannot be honoured is left out and reported: exit code 1.
--strict writes nothing then. Mistakes in rules of one's own always do that.

Examples:
  $ selvedge build rules.json --platform cloudfront -o plan.mjs
  $ SELVEDGE_KEY=$(cat key) selvedge build rules.json --platform cloudfront -o plan.mjs
  $ selvedge build rules.json _redirects _headers --dialect netlify --platform cloudflare -o plan.bin
  $ selvedge build rules.json --platform cloudfront-functions -o function.js
  $ selvedge build rules.json _redirects --platform cloudfront-functions -o function.js --store store.json
  $ selvedge build rules.json --platform cloudfront --prefer policies -o cloudfront/
  $ selvedge build rules.json --platform fetch --fact country --format cjs -o plan.js`;

export function registerBuild(program: Command, summary: string): void {
  program
    .command("build")
    .summary(summary)
    .description("Compiles rules into one plan for a platform, as bytes or as a module that a bundler takes; or into a CloudFront Function.")
    .argument("[files...]", RULE_FILES)
    .addOption(platformOption())
    .option("-o, --output <file>", "where to write; standard output if not given. For CloudFront, FOLDER/ takes all that is deployed")
    .addOption(choice("-f, --format <format>", "bytes, or an ES or CommonJS module; by default, the output's file extension decides", FORMATS))
    .option("--store <file>", "put the redirects of single paths into a KeyValueStore, which this file fills (cloudfront-functions only)")
    .addOption(preferOption())
    .addOption(atOption())
    .option("--template", "write a template of the whole site for CloudFormation or SAM into the folder, too")
    .addOption(factOption())
    .addOption(keyOption())
    .addOption(keyFileOption())
    .addOption(dialectOption())
    .addOption(columnsOption())
    .addOption(siteOption())
    .addOption(followOption("write where a symbolic link leads that is in the place of a file"))
    .addOption(strictOption())
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((files: string[], options: Options, command: Command) => {
      process.exitCode = build(...inProject(files, options, command));
    });
}

function build(given: readonly string[], options: Options): number {
  const files = someRules(given, "build");
  const { output, fact: facts } = options;
  const platform = needed(options.platform);
  const format = options.format ?? formatOf(output);
  if (platform === "cloudfront-functions" && options.format !== undefined) {
    throw new InputError("--format is for plans, and a CloudFront Function is JavaScript source", { help: "leave it out" });
  }
  if (platform !== "cloudfront-functions" && options.store !== undefined) {
    throw new InputError("--store is for CloudFront Functions", { help: "leave it out, or say --platform cloudfront-functions" });
  }
  if (platform !== "cloudfront-functions" && isFolder(output)) {
    if (platform !== "cloudfront") throw new InputError("a folder is what is built for CloudFront", { where: output, help: "name a file, or say --platform cloudfront" });
    if (options.format !== undefined) throw new InputError("--format is for plans, and a folder has files of its own", { help: "leave it out, or name a file" });
    return buildFolder(files, output, keyOf(options), options);
  }
  if (options.template) {
    throw new InputError("--template goes into a folder", { help: "build one: --platform cloudfront --template -o FOLDER/" });
  }
  if (hasPreferences(options)) {
    throw new InputError("--prefer and --at say where rules run, and one file runs in one place", { help: "build a folder: --platform cloudfront -o FOLDER/" });
  }
  if (platform !== "cloudfront-functions" && output === undefined && format === "bytes" && process.stdout.isTTY) {
    throw new InputError("a plan is bytes, which a terminal cannot show", { help: "add -o plan.bin, or --format esm" });
  }
  if (output === undefined && options.json) {
    throw new InputError("--json and what is built would both go to standard output", { help: "add -o FILE" });
  }
  const key = keyOf(options);
  if (platform === "cloudfront-functions") return buildFunction(files, key, options);
  const sources = readSources(files, options);
  const { rules, findings } = usable(sources, { platform, facts });
  if (rules === null || (options.strict && lostOf(findings).length > 0)) {
    if (options.json) printJson({ findings: findings.map(withAddress) });
    else printFindings(findings, sources, process.stderr);
    return isUnreadable(findings) ? USAGE : FINDINGS;
  }
  const status = printLeftOut(findings, sources);
  const plan = compile(rules, { platform, facts, key: key.text });
  const written = format === "bytes" ? plan : moduleOf(plan, format, platform, files);
  if (output === undefined) {
    process.stdout.write(written);
    return status;
  }
  writeAtomically(output, written, options.followLinks);
  const types = format === "bytes" ? undefined : declarationsOf(output, format);
  if (types) writeAtomically(types.file, types.text, options.followLinks);
  report(plan, written, output, format, platform, types?.file, key.from, options.json);
  return status;
}

/** An ending says what it is; without one it is bytes. */
function formatOf(output: string | undefined): Format {
  switch (output === undefined ? "" : extname(output)) {
    case ".mjs":
    case ".js":
      return "esm";
    case ".cjs":
      return "cjs";
    default:
      return "bytes";
  }
}

/** What is said of a plan, by the entries that take it. */
const READERS: Record<CompiledForm, string> = {
  "compiled/small": "The small reader will do. Where rules come to ask for more, such as experiments or compressed files, import what is named here then.",
  compiled: "It has no regular expressions, and asks for more than the small reader has.",
  "compiled/regex": "It has regular expressions, and needs the reader that has them.",
};

function report(
  plan: Uint8Array,
  written: string | Uint8Array,
  output: string,
  format: Format,
  platform: PlanPlatform,
  types: string | undefined,
  key: Key["from"],
  json = false,
): void {
  const bytes = { plan: plan.length, file: Buffer.byteLength(written), gzip: gzipSync(written, { level: 9 }).length };
  const form = new PlanFacts(plan).form();
  if (json) {
    printJson({ file: output, types, format, platform, regex: form === "compiled/regex", key, bytes, usage: usage(output, format, platform, form) });
    return;
  }
  const { bold, dim } = coloursOf(process.stdout);
  const sizes = `${count(bytes.file)} bytes, ${count(bytes.gzip)} after gzip`;
  print(`${bold(printable(output))}: a plan for ${platform}, ${sizes}${types ? `, with types in ${printable(types)}` : ""}`);
  print(dim(READERS[form]));
  // Elsewhere notes stay in memory.
  if (platform === "cloudfront") print(dim(key === "random" ? "Its notes have a key of this build alone: all triggers have to run this one." : `Its notes have the key of ${key}.`));
  print("");
  print(printableLines(usage(output, format, platform, form)).replace(/^/gm, "  "));
}

function count(number: number): string {
  return number.toLocaleString("en");
}
