/**
 * `Accept-Encoding`, RFC 9110 §12.5.3, as `selvedge_plan::negotiate` reads it: a value that was never seen costs less here than its way
 * into WebAssembly. `js-shim/test/negotiate.test.mjs` holds one against the other.
 */

/** Values of an Accept-Encoding field: one, its lines, or none. */
export type AcceptEncoding = string | readonly string[] | null | undefined;

/** Answers that a set of codings remembers, and the longest value that it remembers one for. */
const MEMO = 64;
const MEMO_TEXT = 256;
/** So many new values are not remembered where those before hardly ever came again. */
const REST = 4096;

/**
 * Chooses among the same codings again and again: what `negotiateEncoding` answers for each value, which is remembered for values
 * that come often.
 *
 * ```js
 * const negotiate = encodingNegotiator(["br", "gzip"]);
 * negotiate("gzip;q=0.5, br"); // "br"
 * ```
 */
export function encodingNegotiator(available: readonly string[]): (header: AcceptEncoding) => string | undefined {
  const set = new Offer(available);
  return (header) => set.answer(header);
}

let last: Offer | undefined;

/**
 * The encoding to send, by RFC 9110 §12.5.3: the first of `available` (in the server's order) that has the highest
 * quality in the Accept-Encoding value, `identity` when nothing better is acceptable, `undefined` when nothing is.
 *
 * ```js
 * negotiateEncoding("gzip;q=0.5, br", ["gzip", "br"]); // "br"
 * ```
 */
export function negotiateEncoding(header: AcceptEncoding, available: readonly string[]): string | undefined {
  if (last === undefined || !last.is(available)) last = new Offer(available);
  return last.answer(header);
}

/** Codings that a server has, in its order. */
class Offer {
  private readonly codings: readonly string[];
  /** In lower case. `identity` is last, whether the server lists it or not. */
  private readonly names: readonly string[];
  /** The highest weight of each name in the value, -1 where it is not listed. */
  private readonly listed: number[];
  private readonly answers = new Map<string, string | undefined>();
  private hits = 0;
  private resting = 0;

  constructor(available: readonly string[]) {
    this.codings = [...available];
    this.names = [...this.codings, "identity"].map(lower);
    this.listed = this.names.map(() => -1);
  }

  /** Whether these are the codings, in this order. */
  is(available: readonly string[]): boolean {
    const { codings } = this;
    const { length } = codings;
    if (available.length !== length) return false;
    for (let i = 0; i < length; i++) if (available[i] !== codings[i]) return false;
    return true;
  }

  answer(header: AcceptEncoding): string | undefined {
    if (header == null) return "identity";
    const value = typeof header === "string" ? header : header.join(", ");
    const known = this.answers.get(value);
    if (known !== undefined) {
      this.hits++;
      return known;
    }
    const found = this.choose(value);
    if (this.resting > 0) this.resting--;
    else if (value.length <= MEMO_TEXT) this.keep(value, found);
    return found;
  }

  private keep(value: string, found: string | undefined): void {
    if (this.answers.size >= MEMO) {
      this.answers.clear();
      if (this.hits < MEMO) this.resting = REST;
      this.hits = 0;
    }
    this.answers.set(value, found);
  }

  private choose(value: string): string | undefined {
    const { codings, names, listed } = this;
    const wildcard = this.read(value);
    const unlisted = codings.length;
    const weight = (i: number) => (listed[i]! >= 0 ? listed[i]! : wildcard);
    // Unlisted identity is acceptable, below everything that was asked for: half a thousandth.
    const identity = weight(unlisted) >= 0 ? weight(unlisted) : 0.5;
    let best: string | undefined;
    let bestWeight = 0;
    for (let i = 0; i < unlisted; i++) {
      const isIdentity = names[i] === "identity";
      const own = isIdentity ? identity : weight(i);
      if (own > bestWeight) {
        bestWeight = own;
        best = isIdentity ? "identity" : codings[i];
      }
    }
    return identity > bestWeight ? "identity" : best;
  }

  /** Weighs the names by the members of a value; the weight of `*`, -1 without one. A malformed member is ignored. */
  private read(value: string): number {
    this.listed.fill(-1);
    let wildcard = -1;
    const { length } = value;
    for (let at = 0; at < length; at++) {
      while (at < length && isSpace(value.charCodeAt(at))) at++;
      const start = at;
      while (at < length && isToken(value.charCodeAt(at))) at++;
      const end = at;
      while (at < length && isSpace(value.charCodeAt(at))) at++;
      let weight = 1000;
      if (value.charCodeAt(at) === SEMICOLON) {
        let next = at + 1;
        while (next < length && !isSeparator(value.charCodeAt(next))) next++;
        weight = weightOf(value, at + 1, next);
        at = next;
      }
      const isWhole = at >= length || isSeparator(value.charCodeAt(at));
      if (isWhole && end > start && weight >= 0) {
        if (end - start === 1 && value.charCodeAt(start) === ASTERISK) wildcard = Math.max(wildcard, weight);
        else this.list(value, start, end, weight);
      }
      while (at < length && !isSeparator(value.charCodeAt(at))) at++;
    }
    return wildcard;
  }

  /** A coding listed twice has the higher weight. */
  private list(value: string, start: number, end: number, weight: number): void {
    const { names, listed } = this;
    // RFC 9110 §8.4.1.3
    const from = is(value, start, end, "x-gzip") ? start + 2 : start;
    for (let i = 0; i < names.length; i++) {
      if (weight > listed[i]! && is(value, from, end, names[i]!)) listed[i] = weight;
    }
  }
}

/** RFC 9110 §12.4.2, in thousandths; -1 where it is malformed. */
function weightOf(value: string, start: number, end: number): number {
  while (start < end && isSpace(value.charCodeAt(start))) start++;
  while (end > start && isSpace(value.charCodeAt(end - 1))) end--;
  const length = end - start;
  if (length < 3 || length > 7 || lowerCode(value.charCodeAt(start)) !== Q || value.charCodeAt(start + 1) !== EQUALS) return -1;
  if (length > 3 && value.charCodeAt(start + 3) !== DOT) return -1;
  let weight = digitAt(value, start + 2);
  if (weight > 1) return -1;
  for (let place = 0; place < 3; place++) {
    const at = start + 4 + place;
    const digit = at < end ? digitAt(value, at) : 0;
    if (digit > 9) return -1;
    weight = weight * 10 + digit;
  }
  return weight <= 1000 ? weight : -1;
}

/** More than 9 where it is not a digit. */
function digitAt(value: string, at: number): number {
  const digit = value.charCodeAt(at) - ZERO;
  return digit >= 0 ? digit : 10;
}

/** Whether a part of `value` is this name, which is in lower case; case does not count. */
function is(value: string, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (lowerCode(value.charCodeAt(start + i)) !== name.charCodeAt(i)) return false;
  return true;
}

const SEMICOLON = 0x3b;
const ASTERISK = 0x2a;
const EQUALS = 0x3d;
const DOT = 0x2e;
const ZERO = 0x30;
const Q = 0x71;

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Lines of the field count as members. */
function isSeparator(code: number): boolean {
  return code === 0x2c || code === 0x0a;
}

/** `tchar` of RFC 9110 §5.6.2. */
function isToken(code: number): boolean {
  return code < 0x80 && TOKEN[code] === 1;
}

const TOKEN = Uint8Array.from({ length: 0x80 }, (_, code) => Number(/[!#$%&'*+.^_`|~\w-]/.test(String.fromCharCode(code))));

/** Of ASCII letters alone: `K` for Kelvin is not a `k`. */
function lower(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function lowerCode(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}
