/**
 * The names that the site answers to. A page of the web whose name is led here by DNS is of the same origin as the site, and would
 * read all of it: so a name must be this machine's, or one that the rules, the distribution or the command line have.
 */
import { isIP } from "node:net";
import type { Rules } from "#dist/rules/rules.js";

/** A name, or `*.` and what all that is meant end with. */
export class SiteNames {
  readonly #asked: () => Iterable<string>;
  #names: ReadonlySet<string> | undefined;

  /** @param names `www.example.org`, `*.example.org`; asked for when the first viewer comes by a name that is not this machine's */
  constructor(names: () => Iterable<string>) {
    this.#asked = names;
  }

  /** @param host the field of a request, with a port or without */
  has(host: string): boolean {
    const name = plain(host);
    // A name of DNS is needed to lead a browser here; RFC 6761 §6.3 keeps `localhost` and what is below it for loopback.
    if (isIP(name.replace(/^\[(.*)\]$/, "$1")) !== 0 || name === "localhost" || name.endsWith(".localhost")) return true;
    this.#names ??= new Set([...this.#asked()].map(plain));
    if (this.#names.has(name)) return true;
    for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) if (this.#names.has(`*${name.slice(dot)}`)) return true;
    return false;
  }
}

/** In small letters, without the port and the dot of the root. */
function plain(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
}

const LABEL = "[\\w-]+";
const NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
/** An ending of fewer labels is everybody's. */
const ENDING = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`);
const WHOLE_EXPRESSION = new RegExp(`^\\^(${LABEL}(?:\\\\\\.${LABEL})+)\\$$`);
const END_OF_EXPRESSION = new RegExp(`((?:\\\\\\.${LABEL})+)\\$$`);

/** The hosts that conditions of rules compare with. */
export function namesOfRules(rules: Rules): string[] {
  const names: string[] = [];
  const visit = (value: unknown, key: string): void => {
    if (key === "host") names.push(...itemsOf(value).flatMap(namesOfTest));
    else if (typeof value === "object" && value !== null) for (const [name, member] of Object.entries(value)) visit(member, Array.isArray(value) ? key : name.toLowerCase());
  };
  visit(rules, "");
  return names;
}

function namesOfTest(test: unknown): string[] {
  if (typeof test === "string") return namesOfPattern(test);
  const { suffix, regex } = (test ?? {}) as { readonly suffix?: unknown; readonly regex?: unknown };
  return [...itemsOf(suffix).flatMap((text) => namesOfSuffix(plain(String(text)))), ...itemsOf(regex).flatMap((text) => namesOfExpression(String(text)))];
}

/** `www.example.org`; `*.example.org` and `:tenant.example.org`, from the last label that stands for others on. */
function namesOfPattern(pattern: string): string[] {
  const host = plain(pattern);
  if (NAME.test(host)) return [host];
  return below(/^.*[*:][^.]*\.(.*)$/.exec(host)?.[1] ?? "");
}

function namesOfSuffix(suffix: string): string[] {
  return suffix.startsWith(".") ? below(suffix.slice(1)) : ENDING.test(suffix) ? [suffix, `*.${suffix}`] : [];
}

function namesOfExpression(regex: string): string[] {
  const whole = WHOLE_EXPRESSION.exec(regex)?.[1];
  if (whole !== undefined) return [whole.replaceAll("\\", "")];
  return below((END_OF_EXPRESSION.exec(regex)?.[1] ?? "").replaceAll("\\", "").slice(1));
}

function below(ending: string): string[] {
  return ENDING.test(ending) ? [`*.${ending}`] : [];
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
