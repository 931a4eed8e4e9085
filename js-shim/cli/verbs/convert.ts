/** `selvedge convert`: a file of rules in another form. */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { type Conversion, type ConvertedInPieces, convertInPieces, CONVERSIONS } from "#dist/tools/rule-files.js";
import { FINDINGS, OK, USAGE } from "../exit.js";
import { isUnreadable, printFindings, withAddress } from "../findings.js";
import type { Form } from "../form.js";
import { readSources } from "../input.js";
import { InputError, systemError } from "../input-error.js";
import { choice, columnsOption, dialectOption, followOption, formOption, jsonOption, RULE_FILES, sheetOption, siteOption } from "../options.js";
import { print, printFile, printJson } from "../output.js";
import { printable } from "../printable.js";
import { inProject } from "../project.js";
import { writeAtomically } from "../write.js";

interface Options {
  readonly to?: Conversion;
  readonly output?: string;
  readonly dialect?: string;
  readonly form?: Form;
  readonly columns?: string;
  readonly sheet?: string;
  readonly host?: string;
  readonly site?: string;
  readonly followLinks: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Comments and the order of rules are kept. What the other form cannot express is left out, each with its line and the
reason, and the exit code is 1.

Examples:
  $ selvedge convert _redirects --dialect netlify --to selvedge -o rules.json
  $ selvedge convert vercel.json --to selvedge
  $ selvedge convert rules.json --to cloudflare -o public/
  $ selvedge convert redirects.csv --columns "from=Old page,to=New page" --to selvedge -o rules.json
  $ selvedge convert rules.json --to cloudflare-bulk --host www.example.org -o bulk.csv`;

export function registerConvert(program: Command, summary: string): void {
  program
    .command("convert")
    .summary(summary)
    .description("Writes a file of rules in another form: a vendor's file as Selvedge's rules, or rules as a vendor's files.")
    .argument("<file>", `${RULE_FILES}; - is standard input`)
    .addOption(choice("-t, --to <form>", "selvedge; whose _redirects and _headers; netlify-toml; vercel for vercel.json; or a list of redirects", CONVERSIONS))
    .option("-o, --output <path>", "the file to write, or a folder for _redirects and _headers; standard output if not given")
    .addOption(dialectOption())
    .addOption(formOption())
    .addOption(columnsOption())
    .addOption(sheetOption())
    .option("--host <name>", "the site's host, for lists that cannot do without", hostName)
    .addOption(siteOption())
    .addOption(followOption("write where a symbolic link leads that is in the place of a file"))
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((file: string, options: Options, command: Command) => {
      const [, completed] = inProject([file], options, command);
      process.exitCode = convert(file, completed);
    });
}

function convert(file: string, { to, output, json, followLinks, host, ...options }: Options): number {
  if (to === undefined) throw new InputError("--to is missing", { help: `add --to FORM, one of ${CONVERSIONS.join(", ")}` });
  const sources = readSources([file], { ...options, takesForm: true });
  const [source] = sources;
  if (source === undefined) return USAGE;
  const converted = convertInPieces(source, to, host);
  const { findings } = converted;
  // A program gets the texts, too.
  const files = json ? converted.files.map(({ name, pieces }) => ({ name, pieces: [[...pieces].join("")] })) : converted.files;
  const unreadable = isUnreadable(findings);
  const written = output === undefined || unreadable ? [] : write(files, output, followLinks);
  if (json) printJson({ files: files.map(({ name, pieces }, at) => ({ name, text: [...pieces].join(""), file: written[at] })), findings: findings.map(withAddress) });
  else if (output === undefined && !unreadable) printOnly(files);
  else for (const path of written) print(printable(path));
  if (findings.length > 0 && !json) printFindings(findings, sources, process.stderr);
  if (unreadable) return USAGE;
  return findings.some(({ severity }) => severity === "error") ? FINDINGS : OK;
}

type Files = ConvertedInPieces["files"];

/** One file is one text on standard output; two would run into each other. */
function printOnly(files: Files): void {
  if (files.length > 1) {
    const names = files.map(({ name }) => name).join(" and ");
    throw new InputError(`${files.length} files come out: ${names}`, { help: "say where to: -o FOLDER" });
  }
  for (const { pieces } of files) for (const text of pieces) printFile(text);
}

/** Where each file was written. */
function write(files: Files, output: string, follow: boolean): string[] {
  const folder = files.length > 1 || output.endsWith("/") || isFolder(output);
  if (folder) {
    try {
      mkdirSync(output, { recursive: true });
    } catch (error) {
      throw systemError(output, error);
    }
  }
  return files.map(({ name, pieces }) => {
    const path = folder ? join(output, name) : output;
    writeAtomically(path, pieces, follow);
    return path;
  });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function hostName(text: string): string {
  const isOne = /^[^\s/:@?#\\[\]]+(?::\d{1,5})?$/.test(text) && URL.canParse(`https://${text}/`);
  if (!isOne) throw new InvalidArgumentError("It is a host such as www.example.com, without https:// and a path.");
  return text;
}
