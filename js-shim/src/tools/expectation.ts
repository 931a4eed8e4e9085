/**
 * What a request must come to, in a line: `GET /old → 301 | Location: /new`.
 *
 * Left of the arrow (`→` or `->`), separated by ` | `: method and path or URL; then lines of request headers; `country DE`,
 * `device mobile`, `ip 192.0.2.1`, `id TEXT` (what experiments draw from); `origin 404`, `origin Name: value` and
 * `origin body TEXT`, what the origin answers; `stage NAME`, to look at the messages as that stage leaves them; `on NAME`, once
 * or several times, for a line that holds on these platforms alone.
 *
 * Right: `asks PATH` is the path and query that the origin is asked for, `asks nobody` that it is not asked, `at HOST` which
 * origin; a number is the status; `body TEXT` the body; `Name: value` a response header, its lines joined by " & " or a comma;
 * `request Name: value` one that the origin gets; `no Name` and `request no Name` that there is none. A line that begins with `#` is a comment.
 */
import { PLATFORMS, type Platform, STAGES, type StageName } from "../generated/names.js";
import { VIEWER_FACTS } from "./viewer-fact.js";

export type Lines = readonly (readonly [name: string, value: string])[];

/** What is sent, and what the origin is assumed to answer. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Lines;
  readonly country?: string | undefined;
  readonly device?: readonly string[] | undefined;
  readonly clientIp?: string | undefined;
  readonly requestId?: string | undefined;
  readonly origin: { readonly status: number; readonly headers: Lines; readonly body: string };
}

/** What came of it. */
export interface Seen {
  /** What the origin is asked; `undefined` where a rule answered. */
  readonly asked: { readonly path: string; readonly query: string; readonly host: string | undefined; readonly headers: Lines } | undefined;
  /** `undefined` where there is none yet. */
  readonly response: { readonly status: number; readonly headers: Lines; readonly body: string } | undefined;
}

/** One line of expectations. */
export interface Expectation {
  /** The number of the line, from 1. */
  readonly line: number;
  /** The line as it is written. */
  readonly text: string;
  readonly sent: Sent;
  /** The stage that is looked at; `undefined`: all of them together. */
  readonly stage: StageName | undefined;
  /** The platforms that it holds on. */
  readonly platforms: readonly Platform[];
  /** What is otherwise than the line says, a sentence each. */
  readonly differences: (seen: Seen) => string[];
}

/** A line that cannot be read. */
export interface Unreadable {
  readonly line: number;
  readonly message: string;
  readonly help: string;
}

const ARROW = / *(?:→|(?<= )->(?= )) */;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?(.*)$/;

/** Reads lines of expectations; what is wrong with a line does not stop the others. */
export function readExpectations(text: string): { readonly expectations: readonly Expectation[]; readonly unreadable: readonly Unreadable[] } {
  const expectations: Expectation[] = [];
  const unreadable: Unreadable[] = [];
  for (const [index, whole] of text.replace(/^\ufeff/, "").split(/\r?\n/).entries()) {
    const line = index + 1;
    const text = whole.trim();
    if (text === "" || text.startsWith("#")) continue;
    try {
      expectations.push({ line, text, ...read(text) });
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      unreadable.push({ line, message: error.message, help: error.help });
    }
  }
  return { expectations, unreadable };
}

class Wrong extends Error {
  constructor(
    message: string,
    readonly help: string,
  ) {
    super(message);
  }
}

function read(text: string): Omit<Expectation, "line" | "text"> {
  const [left = "", right, ...more] = text.split(ARROW);
  if (right === undefined || more.length > 0) throw new Wrong(right === undefined ? "there is no arrow" : "there are several arrows", "write: GET /old → 301 | Location: /new");
  const tests = wordsOf(right).map((word) => ({ word, test: testOf(word) }));
  if (tests.length === 0) throw new Wrong("nothing is expected", "say what comes of the request, such as a status: GET /old → 301");
  return {
    ...sentOf(wordsOf(left)),
    differences: (seen) =>
      tests.flatMap(({ word, test }) => {
        const [expected, actual] = test(seen);
        return matches(expected, actual) ? [] : [`${word}: got ${actual.length === 0 ? "none" : (actual[0] ?? "")}`];
      }),
  };
}

function wordsOf(text: string): string[] {
  return text.split(/(?:^|\s)\|(?:\s|$)/).map((word) => word.trim()).filter((word) => word !== "");
}

function sentOf([first = "", ...words]: readonly string[]): Pick<Expectation, "sent" | "stage" | "platforms"> {
  const [, method, target] = /^([A-Z]+) (\S+)$/.exec(first) ?? [];
  if (method === undefined || target === undefined) throw new Wrong(`no method and path: ${first}`, "begin the line with them: GET /old");
  const url = target.startsWith("/") ? `https://example.org${target}` : target;
  if (!URL.canParse(url)) throw new Wrong(`${target} is neither a path nor a URL`, "write a path, such as /old, or a URL with https://");
  const headers: [string, string][] = [];
  const facts: { country?: string; clientIp?: string; requestId?: string; device: string[] } = { device: [] };
  const origin = { status: 200, headers: [] as [string, string][], body: "from the origin" };
  const platforms: Platform[] = [];
  let stage: StageName | undefined;
  for (const word of words) {
    const [, of, rest = ""] = /^(origin )?(.*)$/.exec(word) ?? [];
    const header = HEADER.exec(rest);
    const [, name, value = ""] = /^(country|device|ip|id|stage|on|body) (\S.*)$/.exec(rest) ?? [];
    if (of !== undefined && /^[1-5]\d\d$/.test(rest)) origin.status = Number(rest);
    else if (of !== undefined && name === "body") origin.body = value;
    else if (header !== null) (of === undefined ? headers : origin.headers).push([header[1]!, header[2]!]);
    else if (of !== undefined || name === undefined || name === "body") throw new Wrong(`not understood: ${word}`, "left of the arrow there are headers, country, device, ip, id, origin, stage, and on");
    else if (name === "country") facts.country = factOf(name, value);
    else if (name === "device") facts.device.push(...value.split(/[ ,]+/).map((device) => factOf(name, device)));
    else if (name === "ip") facts.clientIp = factOf(name, value);
    else if (name === "id") facts.requestId = value;
    else if (name === "stage") stage = oneOf(STAGES, value, "stage");
    else for (const platform of value.split(/[ ,]+/)) platforms.push(oneOf(PLATFORMS, platform, "platform"));
  }
  const { device, ...others } = facts;
  return {
    sent: { method, url, headers, ...others, ...(device.length > 0 && { device }), origin },
    stage,
    platforms: platforms.length > 0 ? platforms : PLATFORMS,
  };
}

function factOf(name: keyof typeof VIEWER_FACTS, given: string): string {
  const { form, read } = VIEWER_FACTS[name];
  const value = read(given);
  if (value === undefined) throw new Wrong(`there is no ${name} ${given}`, form);
  return value;
}

function oneOf<T extends string>(known: readonly T[], given: string, what: string): T {
  const found = known.find((name) => name === given);
  if (found === undefined) throw new Wrong(`there is no ${what} ${given}`, `it is one of ${known.join(", ")}`);
  return found;
}

/** What is expected, and what there is, in the spellings that count as the same; nothing means none. */
type Test = (seen: Seen) => readonly [expected: string | undefined, actual: readonly string[]];

function testOf(word: string): Test {
  const [, of, rest = ""] = /^(request )?(.*)$/.exec(word) ?? [];
  const headersOf = ({ asked, response }: Seen): Lines => (of === undefined ? response?.headers : asked?.headers) ?? [];
  const header = HEADER.exec(rest);
  const [, verb, value = ""] = /^(asks|at|body|no) (\S.*)$/.exec(rest) ?? [];
  if (header !== null) return (seen) => [header[2]!, valuesOf(headersOf(seen), header[1]!)];
  if (verb === "no") return (seen) => [undefined, valuesOf(headersOf(seen), value)];
  if (of === undefined && /^[1-5]\d\d$/.test(rest)) return ({ response }) => [rest, known(response?.status)];
  if (of === undefined && verb === "asks") return ({ asked }) => [value === "nobody" ? undefined : value, known(asked && asked.path + (asked.query && `?${asked.query}`))];
  if (of === undefined && verb === "at") return ({ asked }) => [value, known(asked?.host)];
  if (of === undefined && verb === "body") return ({ response }) => [value, known(response?.body.trim())];
  throw new Wrong(`not understood: ${word}`, "right of the arrow there are a status, headers, asks, at, body, request, and no");
}

function matches(expected: string | undefined, actual: readonly string[]): boolean {
  return expected === undefined ? actual.length === 0 : actual.includes(expected);
}

function known(value: string | number | undefined): string[] {
  return value === undefined ? [] : [String(value)];
}

/** Lines of one name mean what one line with commas means (RFC 9110 §5.3), but for `Set-Cookie`. */
function valuesOf(headers: Lines, name: string): string[] {
  const lines = headers.filter(([other]) => other.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  return lines.length === 0 ? [] : [lines.join(" & "), lines.join(", ")];
}
