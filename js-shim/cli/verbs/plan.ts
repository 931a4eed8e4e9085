/** `selvedge plan`: what a platform needs to run the rules. */
import { relative } from "node:path";
import { type Command, Option } from "commander";
import type { Platform } from "#dist/compile/compile.js";
import type { FactName } from "#dist/generated/names.js";
import type { Finding } from "#dist/tools/check.js";
import { needsOf, TRIGGERS, type Trigger } from "../cloudfront/needs.js";
import { type Outline, outline } from "#dist/tools/outline.js";
import { printLeftOut, refuseLost } from "../findings.js";
import { cdk } from "../cloudfront/fragments/cdk.js";
import { cloudformation } from "../cloudfront/fragments/cloudformation.js";
import { terraform } from "../cloudfront/fragments/terraform.js";
import { readSources, type Source } from "../input.js";
import { InputError } from "../input-error.js";
import { outcomesOf, trapLines } from "../on-trap.js";
import { choice, dialectOption, factOption, jsonOption, needed, platformOption, RULE_FILES, siteOption, strictOption } from "../options.js";
import { coloursOf, print, printFile, printJson } from "../output.js";
import { placedBy } from "../cloudfront/deploy.js";
import { functionNeeds, renderFunction } from "../cloudfront/function.js";
import { renderPlaces, type Places } from "../cloudfront/places.js";
import { atOption, hasPreferences, type PreferenceOptions, preferencesOf, preferOption } from "../cloudfront/preferences.js";
import { behaviourOf, renderBehaviour, requirementsOf } from "../cloudfront/requirements.js";
import { platformNeeds, renderPlatform } from "../platform-needs.js";
import { inProject, project, someRules } from "../project.js";
import { refuse } from "../refusal.js";

const FORMATS = { cloudformation, terraform, cdk } as const;

interface Options extends PreferenceOptions {
  readonly platform?: Platform;
  readonly format?: keyof typeof FORMATS;
  readonly hook?: Trigger[];
  readonly includeBody?: boolean;
  readonly fact?: FactName[];
  readonly dialect?: string;
  readonly site?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
It follows from what the compiled rules look at: what is not listed can be left out of the policies.
Hooks are yours: say at which triggers there are some, and add what they read.
Lines of vendors' files that cannot be honoured are left out and reported: exit code 1.

Examples:
  $ selvedge plan rules.json --platform cloudfront
  $ selvedge plan rules.json --platform cloudfront --prefer policies --at html=lambda
  $ selvedge plan rules.json --platform cloudfront --hook origin-request --format terraform > selvedge.tf
  $ selvedge plan _redirects --dialect netlify --platform cloudflare`;

export function registerPlan(program: Command, summary: string): void {
  program
    .command("plan")
    .summary(summary)
    .description("Lists what the platform needs to run the rules: on CloudFront the triggers, and what the policies must forward and key; elsewhere the paths.")
    .argument("[files...]", `${RULE_FILES}; - is standard input`)
    .addOption(platformOption())
    .addOption(choice("-f, --format <format>", "print a fragment for an infrastructure tool (cloudfront only)", Object.keys(FORMATS)))
    .addOption(new Option("--hook <trigger>", `a trigger that has a hook of yours: ${TRIGGERS.join(", ")}; may be given several times`).argParser(trigger))
    .addOption(preferOption())
    .addOption(atOption())
    .option("--include-body", "hooks read the request's body")
    .addOption(factOption())
    .addOption(dialectOption())
    .addOption(siteOption())
    .addOption(strictOption())
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((files: string[], options: Options, command: Command) => {
      process.exitCode = run(...inProject(files, options, command));
    });
}

function run(files: readonly string[], options: Options): number {
  const platform = needed(options.platform);
  if (options.format !== undefined && platform !== "cloudfront") {
    throw new InputError(`--format ${options.format} is for CloudFront`, { help: "leave it out, or say --platform cloudfront" });
  }
  if (options.format !== undefined && options.json) throw new InputError("--format and --json exclude each other", { help: "leave one out" });
  if (options.includeBody && !options.hook?.some((hook) => hook.endsWith("request"))) {
    throw new InputError("--include-body is for hooks, and none is named at a request trigger", { help: "rules never read a body; add for example --hook origin-request" });
  }
  if (hasPreferences(options) && platform !== "cloudfront") {
    throw new InputError("--prefer and --at are for CloudFront", { help: "leave them out, or say --platform cloudfront" });
  }
  const sources = readSources(someRules(files, "plan"), options);
  let found: Outline;
  let places: Places | undefined;
  try {
    if (platform === "cloudfront") {
      const placed = placedBy(sources, preferencesOf(options));
      ({ places } = placed);
      if (places.price.inLambdaAlone === null && options.format === undefined) return planFolder(sources, placed.split.leftOut, places, options);
    }
    found = outline(sources, { platform, facts: options.fact });
    if (platform === "cloudfront-functions") functionNeeds(sources, found);
    if (options.strict) refuseLost(found.leftOut);
  } catch (error) {
    return refuse(error, sources, options.json);
  }
  const status = printLeftOut(found.leftOut, sources);
  const colours = coloursOf(process.stdout);
  if (platform === "cloudfront-functions") {
    const needs = functionNeeds(sources, found);
    if (options.json) printJson({ platform, ...needs });
    else print(renderFunction(needs, colours));
    return status;
  }
  if (platform !== "cloudfront") {
    const folder = project()?.folder ?? "";
    const needs = platformNeeds(platform, found, { folder, site: options.site === undefined ? "./public" : relative(folder, options.site) || "." });
    const onTrap = outcomesOf(found.stages, platform);
    if (options.json) printJson({ platform, ...needs, onTrap });
    else print([renderPlatform(needs, colours), ...trapLines(onTrap).map((line) => colours.dim(`- ${line}`))].join("\n"));
    return status;
  }
  const needs = requirementsOf(needsOf(found), found, options.hook ?? [], options.includeBody ?? false);
  if (options.json) printJson({ platform, ...needs, places });
  else if (options.format !== undefined) printFile(FORMATS[options.format](behaviourOf(needs)));
  else {
    print(renderBehaviour(needs, colours));
    if (places !== undefined) print(`\n${folderText(places, colours)}`);
  }
  return status;
}

/** Of rules that one Lambda@Edge function cannot have, the places alone: each event has needs of its own there. */
function planFolder(sources: readonly Source[], leftOut: readonly Finding[], places: Places, { strict, json }: Options): number {
  if (strict) refuseLost(leftOut);
  const status = printLeftOut(leftOut, sources);
  if (json) printJson({ platform: "cloudfront", places });
  else print(folderText(places, coloursOf(process.stdout)));
  return status;
}

function folderText(places: Places, colours: ReturnType<typeof coloursOf>): string {
  return `${colours.bold("Built as a folder")} (selvedge build -o FOLDER/):\n\n${renderPlaces(places, colours)}`;
}

function trigger(name: string, before: readonly Trigger[] = []): Trigger[] {
  const known = TRIGGERS.find((trigger) => trigger === name);
  if (known === undefined) throw new InputError(`there is no trigger ${name}`, { help: `one of ${TRIGGERS.join(", ")}` });
  return [...before, known];
}
