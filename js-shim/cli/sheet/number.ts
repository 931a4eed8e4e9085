/** A number as its format shows it (ECMA-376 part 1, 18.8.31), as far as that is the same everywhere. */

/** Dates are days since then. */
const EPOCH = Date.UTC(1899, 11, 30);
const DAY = 86_400_000;
/** A column shows so many characters of a number without a format; with one, a number has so many digits. */
const GENERAL = 11;
const DIGITS = 1e15;
/** What stands in a format for itself, in quotes or not; what is as wide as a character, and colours. */
const LITERAL = String.raw`(?:"[^"]*"|\\.|[-+/():!^&'~{}<>=$ ])*`;
const UNSEEN = /"[^"]*"|\\.|_.|\*.|\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]/gi;
const PLAIN = new RegExp(`^(${LITERAL})((?:#,##)?[#0]+)(?:\\.(0+))?(${LITERAL})$`);

/** Begins with `=` where it is not an address to anybody, as a formula does. */
export function shownNumber(value: string, code: string): string {
  const number = Number(value);
  if (value.trim() === "" || Number.isNaN(number)) return value;
  const section = sectionFor(number, code);
  if (/[ymdhs]/i.test(section.replace(/"[^"]*"|\[[^\]]*\]|\\./g, ""))) return dateOf(number) ?? value;
  // An empty section hides its numbers.
  return (section === "" && code !== "" ? undefined : plain(number, section)) ?? `=number(${String(number)}, ${code})`;
}

/** What a person typed, such as 1/2, is gone. */
function dateOf(number: number): string | undefined {
  const time = new Date(EPOCH + number * DAY);
  return Number.isNaN(time.getTime()) ? undefined : `=date(${time.toISOString().slice(0, 10)})`;
}

/** A format has up to four: of numbers above zero, below it, of zero, and of text. */
function sectionFor(number: number, code: string): string {
  const sections = [...code.matchAll(/((?:"[^"]*"|\\.|\[[^\]]*\]|[^;])*)(?:;|$)/g)].slice(0, -1).map(([, section]) => section!);
  const seen = (section: string): string => section.replace(UNSEEN, (part) => (part.startsWith('"') || part.startsWith("\\") ? part : ""));
  return seen((number < 0 ? sections[1] : number === 0 ? sections[2] : undefined) ?? sections[0] ?? "");
}

function plain(number: number, section: string): string | undefined {
  if (section === "" || section === "@" || /^general$/i.test(section)) {
    const text = String(number);
    return text.length <= GENERAL && !text.includes("e") ? text : undefined;
  }
  const [, before = "", whole = "", fraction = "", after = ""] = PLAIN.exec(section) ?? [];
  const digits = number.toFixed(fraction.length);
  // Rounded, or with a sign; and what separates thousands differs by language.
  if (whole === "" || number < 0 || number >= DIGITS || Number(digits) !== number || (whole.includes(",") && number >= 1000)) return undefined;
  const [integer = "", rest] = digits.split(".");
  const least = whole.replace(/[^0]/g, "").length;
  const shown = (integer === "0" && least === 0 ? "" : integer).padStart(least, "0");
  return literal(before) + shown + (rest === undefined ? "" : `.${rest}`) + literal(after);
}

function literal(text: string): string {
  return text.replace(/"([^"]*)"|\\(.)/g, "$1$2");
}
