/** `selvedge build --platform cloudfront -o FOLDER/`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { FindingsError } from "#dist/tools/findings-error.js";
import { printLeftOut, refuseLost } from "../findings.js";
import { InputError, systemError } from "../input-error.js";
import { readSources } from "../input.js";
import type { Key } from "../key.js";
import { coloursOf, print, printJson } from "../output.js";
import { printable } from "../printable.js";
import { refuse } from "../refusal.js";
import { writeAtomically } from "../write.js";
import { type Deployed, deploymentOf } from "./deploy.js";
import type { Deployment } from "./deployment.js";
import { type PreferenceOptions, preferencesOf } from "./preferences.js";
import { renderPlaces, summaryOf } from "./places.js";
import { template } from "./template/site.js";

interface Options extends PreferenceOptions {
  readonly followLinks: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly dialect?: string;
  readonly site?: string;
  readonly columns?: string;
  readonly template?: boolean;
}

export function buildFolder(files: readonly string[], folder: string, key: Key, options: Options): number {
  const sources = readSources(files, options);
  const preferences = preferencesOf(options);
  refuseForeign(folder);
  let built: Deployed;
  try {
    built = deploymentOf(sources, { ...preferences, key: key.text });
    if (options.strict) refuseLost(built.leftOut);
  } catch (error) {
    if (!(error instanceof FindingsError)) throw error;
    return refuse(error, sources, options.json);
  }
  const status = printLeftOut(built.leftOut, sources);
  const { deployment, places } = built;
  const written = write(folder, filesOf(built, options.template ?? false), options.followLinks);
  if (options.json) printJson({ folder, files: written, platform: "cloudfront", key: key.from, policies: deployment.policies, ...places });
  else {
    const colours = coloursOf(process.stdout);
    print(`${colours.bold(printable(folder))}: ${written.join(", ")}\n\n${renderPlaces(places, colours)}`);
  }
  return status;
}

/** What tells a folder that was built, and what is written last. */
const POLICIES = "policies.json";

/** Each file with its text; `null` where there is no such file. */
function filesOf({ deployment, places }: Deployed, withTemplate: boolean): [name: string, text: string | null][] {
  const { function: source, store, lambda, policies }: Deployment = deployment;
  return [
    ["function.js", source],
    ["store.json", store],
    ["lambda/index.js", lambda],
    ["template.yaml", withTemplate ? template({ ...deployment, lambda: lambda === null ? null : { code: "lambda", handler: "index.handler" } }) : null],
    ["summary.md", summaryOf(places)],
    [POLICIES, `${JSON.stringify(policies, null, 2)}\n`],
  ];
}

/** What an earlier build left is replaced; what somebody else put there is not. */
function refuseForeign(folder: string): void {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return;
  try {
    const { $comment } = JSON.parse(readFileSync(join(folder, POLICIES), "utf8")) as { readonly $comment?: unknown };
    if (String($comment).startsWith("Made by selvedge build")) return;
  } catch {
    // It is not one of ours.
  }
  throw new InputError("the folder holds something else", { where: folder, help: "name a new folder, or one that build made" });
}

function write(folder: string, files: readonly [name: string, text: string | null][], followLinks: boolean): string[] {
  for (const [name, text] of files) {
    const file = join(folder, name);
    try {
      if (text === null) rmSync(file, { force: true });
      else mkdirSync(dirname(file), { recursive: true });
    } catch (error) {
      throw systemError(file, error);
    }
    if (text !== null) writeAtomically(file, text, followLinks);
  }
  return files.flatMap(([name, text]) => (text === null ? [] : [name]));
}
