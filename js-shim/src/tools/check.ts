/** Checking rules before they are used: errors with their place in the text, and what is probably not meant. */
import type { CompileOptions } from "../compile/compile.js";
import type { Dialect, Host } from "../generated/names.js";
import { ask } from "../load/tools.js";
import type { StageOutline } from "./stage-outline.js";
import type { RulesArgument } from "../compile/rules-argument.js";
import { textOf } from "../compile/rules-text.js";

/** A file of rules. */
export interface RuleFile {
  /** The name that findings use. Default `"rules"`. */
  readonly name?: string | undefined;
  /** `rules` are Selvedge's own, in JSON; a `table` is CSV and its like, or lines of JSON; `apache` is an `.htaccess`; others are a host's configuration. */
  readonly form: "rules" | "redirects" | "headers" | "netlify-toml" | "vercel-json" | "table" | "apache" | "nginx" | Host;
  /** Which columns of a table hold what: `["from", "Old address"]`, or the number of the column, from 1. By default their names say it. */
  readonly columns?: readonly (readonly [what: string, name: string])[] | undefined;
  /** Whose `_redirects` or `_headers` it is; needed for these two forms. Without it, a file of another form. */
  readonly dialect?: Dialect | undefined;
  /** The content of the file. */
  readonly text: string;
  /**
   * The files that the site has, as paths, for lines that mean something else where a file exists. Default: `files` of the
   * options.
   */
  readonly files?: readonly string[] | undefined;
  /** What some of those files hold, for `"body": { "file": "404.html" }`: a path, and the body. By default, nothing is known. */
  readonly bodies?: readonly (readonly [path: string, body: string | { readonly base64: string }])[] | undefined;
  /**
   * Where that which stands at a place of the text was written, if the text was made from something else, perhaps in another
   * file; `null` where that is not known. Default: where it stands in the text.
   *
   * @internal
   */
  readonly locate?: ((span: Span) => (Span & { readonly file?: string }) | null) | undefined;
}

/** One thing that was found in rules. */
export interface Finding {
  /** The name of the file; `rules` if it has none. */
  readonly file: string;
  /** A stable name, such as `shadowed-rule`, with a section in docs/reference/lints.md. */
  readonly code: string;
  /** An error: the rules cannot be used, or a line is not honoured. A warning: probably not what was meant. */
  readonly severity: "error" | "warning" | "note";
  /** A JSON path in the rules, such as `redirects[3].to`; empty where a line became no rule. */
  readonly place: string;
  /** The line, from 1; absent where the place is not known. */
  readonly line?: number;
  /** The column, from 1, in characters; absent where the place is not known. */
  readonly column?: number;
  /** The length, in characters; absent where the place is not known. */
  readonly length?: number;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to do about it; may be empty. */
  readonly help: string;
}

/** What `check` takes besides the rules. */
export interface CheckOptions {
  /** The platform whose limits count. By default, only what is wrong everywhere is found. */
  readonly platform?: CompileOptions["platform"] | undefined;
  /** What the adapter is given beyond what the platform knows, as for `compile`. By default nothing. */
  readonly facts?: CompileOptions["facts"];
  /** The files that the site has, as paths, for lines that mean something else where a file exists. By default, none is known. */
  readonly files?: readonly string[] | undefined;
}

/**
 * Everything that can be said about rules: what `compile` would refuse, and what is legal but probably not meant. Several
 * files are looked at as one set of rules. Never throws for what the rules say.
 *
 * ```js
 * check({ redirects: [{ from: "/a", to: "/b" }, { from: "/b", to: "/a" }] })[0].code; // "redirect-loop"
 * check([{ name: "_redirects", form: "redirects", dialect: "netlify", text: readFileSync("_redirects", "utf8") }]);
 * ```
 */
export function check<const R = never>(rules: RulesArgument<R> | readonly RuleFile[], options: CheckOptions = {}): Finding[] {
  return checked(filesOf(rules), options).findings;
}

/** The same, and where the rules run, which is the same on every platform: nothing for rules that cannot be used. */
export function checked(
  files: readonly RuleFile[],
  { files: exist, ...options }: CheckOptions & { readonly answers?: readonly TargetAnswer[] | undefined } = {},
): { readonly findings: Finding[]; readonly stages: readonly StageOutline[] } {
  const named = filesOf(files);
  const { findings, stages } = ask<{ findings: Found[]; stages: StageOutline[] }>("check", { ...options, sources: sourcesOf(named, exist) });
  return { findings: located(findings, named), stages };
}

/** What became of a request for an address of another site that redirects lead to. Asking is not done here. */
export interface TargetAnswer {
  readonly url: string;
  /** Of the last answer; 0: there was none. */
  readonly status: number;
  /** Where it is for good, if that is another address. */
  readonly moved?: string | undefined;
  /** Why there was no answer. */
  readonly problem?: string | undefined;
}

/** The addresses of other sites that redirects lead to, each once, as far as no placeholder is a part of them. */
export function outsideTargets(files: readonly RuleFile[]): string[] {
  return ask("outsideTargets", { sources: filesOf(files) });
}

/** What `checkMigration` takes besides the files. */
export interface MigrationOptions {
  /** The dialect that the files are written in. */
  readonly from: Dialect;
  /** The vendor that is to read the same files. */
  readonly to: Dialect;
  /** The files that the site has, as paths: some lines give way to a file that exists. By default, none is known. */
  readonly files?: readonly string[] | undefined;
}

/**
 * What changes its meaning, line by line, if the same files are handed to another vendor.
 *
 * ```js
 * const file = { form: "redirects", text: readFileSync("_redirects", "utf8") };
 * checkMigration([file], { from: "netlify", to: "cloudflare" });
 * ```
 */
export function checkMigration(files: readonly RuleFile[], { from, to, files: exist }: MigrationOptions): Finding[] {
  const named = filesOf(files);
  return located(ask<Found[]>("migration", { from, to, sources: sourcesOf(named, exist) }), named);
}

/** Rules in any shape as files that have a name. */
export function filesOf(rules: object | string): readonly (RuleFile & { readonly name: string })[] {
  const files: readonly RuleFile[] = Array.isArray(rules) ? (rules as readonly RuleFile[]) : [{ form: "rules", text: textOf(rules) }];
  return files.map((file) => ({ ...file, name: file.name ?? "rules" }));
}

/** A place in a text: line and column from 1, in characters. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** As the tools answer: a file by its number, where there are several, and where it is written by itself. */
export interface Found extends Omit<Finding, "file" | "line" | "column" | "length"> {
  readonly file?: number;
  readonly span: Span | null;
}

function sourcesOf(files: readonly RuleFile[], exist: CheckOptions["files"]): RuleFile[] {
  return files.map((file) => ({ ...file, files: file.files ?? exist }));
}

/** Findings as they are told: each by the name of its file, its line and its column. */
export function located(found: readonly Found[], files: readonly RuleFile[]): Finding[] {
  const isPlain = files.every(({ locate }) => locate === undefined);
  return found.map(({ file = 0, span, message, ...rest }) => {
    const told = isPlain ? message : retold(message, files[file], files);
    return { file: files[file]?.name ?? "rules", ...rest, message: told, ...written(span, files[file]) };
  });
}

/** A message that names another rule by its line: the line where that was written. */
function retold(message: string, own: RuleFile | undefined, files: readonly RuleFile[]): string {
  const lineIn = (file: RuleFile | undefined, line: string) => written({ line: Number(line), column: 1, length: 1 }, file)?.line;
  const inside = message.replace(/ on line (\d+)\b/, (_, line: string) => (lineIn(own, line) === undefined ? "" : ` on line ${lineIn(own, line)}`));
  return inside.replace(/\bline (\d+) of (\S+)/, (_, line: string, name: string) => {
    const there = lineIn(files.find((file) => file.name === name), line);
    return there === undefined ? `a rule of ${name}` : `line ${there} of ${name}`;
  });
}

/** Where something was written, which may not be where the tools see it. */
export function written(span: Span | null, file: RuleFile | undefined): (Span & { readonly file?: string }) | null {
  return span === null || file?.locate === undefined ? span : file.locate(span);
}
