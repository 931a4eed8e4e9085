/** Rule files that people already have: as rules, and in another form. */
import { type CheckOptions, filesOf, type Finding, type Found, located, type RuleFile } from "./check.js";
import { DIALECTS, LISTS } from "../generated/names.js";
import { ask, Asker } from "../load/tools.js";
import type { Rules } from "../rules/rules.js";

/** What `parseRedirects` and `parseHeaders` take besides the text. */
export interface ParseOptions {
  /** Whose file it is: the same line means different things to different vendors. */
  readonly dialect: NonNullable<RuleFile["dialect"]>;
  /** The files that the site has, as paths, for lines that mean something else where a file exists. By default, none is known. */
  readonly files?: readonly string[] | undefined;
}

/** Rules read from a file. */
export interface ParsedRules {
  /** The rules of the lines that can be honoured. */
  readonly rules: Rules;
  /** The lines that cannot be honoured (errors; they are not in the rules), and what is worth knowing. */
  readonly findings: readonly Finding[];
}

/**
 * Reads a `_redirects` file. Never throws for what it says.
 *
 * ```js
 * parseRedirects("/old/* /new/:splat 302", { dialect: "netlify" }).rules;
 * ```
 */
export function parseRedirects(text: string, options: ParseOptions): ParsedRules {
  return parse("_redirects", { form: "redirects", text, ...given(options) });
}

/**
 * Reads a `_headers` file. Never throws for what it says.
 *
 * ```js
 * parseHeaders("/*\n  X-Frame-Options: DENY", { dialect: "cloudflare" }).rules;
 * ```
 */
export function parseHeaders(text: string, options: ParseOptions): ParsedRules {
  return parse("_headers", { form: "headers", text, ...given(options) });
}

/** The rules that files hold together. */
export interface UsableRules {
  /** Without the lines that cannot be honoured; `null` for files that cannot be used at all. */
  readonly rules: Rules | null;
  /** The errors of those lines, or why the files cannot be used. */
  readonly findings: readonly Finding[];
}

/**
 * Several files as one set of rules. A line of a vendor's file that cannot be honoured, by itself or on the platform, costs that
 * line; a mistake in rules of one's own costs them all.
 */
export function usable(files: readonly RuleFile[], options: Pick<CheckOptions, "platform" | "facts"> = {}): UsableRules {
  const named = filesOf(files);
  const { rules, findings } = ask<{ rules: Rules | null; findings: Found[] }>("usable", { ...options, sources: named });
  return { rules, findings: located(findings, named) };
}

/** A file in another form. */
export interface Converted {
  /** The files that came out, by their usual names. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** What the other form cannot express, or what cannot be read; none of it is in the files. */
  readonly findings: readonly Finding[];
}

/** The forms that `convert` writes. */
export const CONVERSIONS = ["selvedge", ...DIALECTS, "netlify-toml", "vercel", ...LISTS] as const;

/**
 * A form that `convert` writes: `selvedge` for rules as JSON; `netlify` and `cloudflare` for `_redirects` and `_headers`;
 * `netlify-toml` for netlify.toml; `vercel` for vercel.json; and lists of redirects: `csv`,
 * `cloudflare-bulk`, `vercel-bulk`, `kvs` for CloudFront's KeyValueStore, `s3` for its RoutingRules, `nginx-map`, `caddyfile`, `htaccess`.
 */
export type Conversion = (typeof CONVERSIONS)[number];

/**
 * Writes a file of rules in another form, with its comments. Never throws for what the file says.
 *
 * ```js
 * const text = readFileSync("_redirects", "utf8");
 * const { files, findings } = convert({ form: "redirects", dialect: "netlify", text }, "selvedge");
 * writeFileSync(files[0].name, files[0].text);
 * ```
 *
 * @param options.host the site's, for lists that cannot do without: `cloudflare-bulk`
 */
export function convert(source: RuleFile, to: Conversion, { host }: { readonly host?: string | undefined } = {}): Converted {
  if (!CONVERSIONS.includes(to)) throw new TypeError(`convert: the form is one of ${CONVERSIONS.join(", ")}, not ${JSON.stringify(to)}`);
  const { files, findings } = convertInPieces(source, to, host);
  return { files: files.map(({ name, pieces }) => ({ name, text: [...pieces].join("") })), findings };
}

/** A file in another form, piece by piece: a list of a million rows need not be held whole. Each can be taken once. */
export interface ConvertedInPieces {
  readonly files: readonly { readonly name: string; readonly pieces: Iterable<string> }[];
  readonly findings: readonly Finding[];
}

/** @internal */
export function convertInPieces(source: RuleFile, to: Conversion, host: string | undefined): ConvertedInPieces {
  const asker = new Asker();
  const { files, findings } = asker.ask<{ files: readonly { readonly name: string }[]; findings: Found[] }>("convert", { source, to, host });
  return { files: files.map(({ name }, at) => ({ name, pieces: piecesOf(asker, at) })), findings: located(findings, filesOf([source])) };
}

function* piecesOf(asker: Asker, file: number): Generator<string> {
  for (;;) {
    const piece = asker.use((tools) => tools.converted(file));
    if (piece === undefined) return;
    yield piece;
  }
}

function given({ dialect, files }: ParseOptions): ParseOptions {
  if (DIALECTS.includes(dialect)) return { dialect, files };
  throw new TypeError(`the dialect is ${DIALECT_NAMES}, not ${JSON.stringify(dialect)}`);
}

/** For messages. */
export const DIALECT_NAMES = DIALECTS.map((name) => `"${name}"`).join(" or ");

function parse(name: string, source: RuleFile & { readonly files?: readonly string[] | undefined }): ParsedRules {
  const { rules, findings } = ask<{ rules: Rules; findings: Found[] }>("parse", source);
  return { rules, findings: located(findings, [{ ...source, name }]) };
}
