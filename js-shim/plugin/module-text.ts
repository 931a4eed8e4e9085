/** The imports of a module, JavaScript or TypeScript, and the names in the rest of it. */
import jsTokens from "js-tokens";

/** A piece of code, without blanks and comments. */
export interface Token {
  readonly type: string;
  readonly value: string;
  readonly start: number;
}

export interface Import {
  readonly start: number;
  readonly end: number;
  /** The name of its default import. */
  readonly whole: string | undefined;
  /** Its other names, as the module exports them and as they are called here. */
  readonly named: readonly { readonly exported: string; readonly local: string }[];
  /** The name of all of it: `* as all`. */
  readonly space: string | undefined;
  readonly specifier: string;
  /** Where the specifier stands, with its quotes. */
  readonly quoted: { readonly start: number; readonly end: number };
}

export interface ModuleText {
  readonly imports: readonly Import[];
  /** What is left without the imports. */
  readonly rest: readonly Token[];
}

const SKIPPED = new Set(["WhiteSpace", "LineTerminatorSequence", "SingleLineComment", "MultiLineComment", "HashbangComment"]);

export function readModule(code: string): ModuleText {
  const tokens: Token[] = [];
  let start = 0;
  for (const { type, value } of jsTokens(code)) {
    if (!SKIPPED.has(type)) tokens.push({ type, value, start });
    start += value.length;
  }
  const imports: Import[] = [];
  const rest: Token[] = [];
  for (let at = 0; at < tokens.length; ) {
    const statement = tokens[at]!.value === "import" && tokens[at - 1]?.value !== "." ? readImport(tokens, at) : undefined;
    if (statement === undefined) {
      rest.push(tokens[at]!);
      at++;
      continue;
    }
    if (statement.import !== undefined) imports.push(statement.import);
    at = statement.next;
  }
  return { imports, rest };
}

/** The statement at a token; one that the compiler of TypeScript removes is not an import. */
function readImport(tokens: readonly Token[], first: number): { readonly import: Import | undefined; readonly next: number } | undefined {
  let at = first + 1;
  const is = (value: string, offset = 0): boolean => tokens[at + offset]?.value === value;
  const isName = (offset = 0): boolean => tokens[at + offset]?.type === "IdentifierName";
  const onlyTypes = is("type") && ((isName(1) && !is("from", 1)) || is("{", 1) || is("*", 1));
  if (onlyTypes) at++;

  let whole: string | undefined;
  let space: string | undefined;
  const named: { exported: string; local: string }[] = [];
  if (isName()) {
    whole = tokens[at++]!.value;
    if (is(",")) at++;
  }
  if (is("*")) {
    space = tokens[at + 2]?.value;
    at += 3;
  } else if (is("{")) {
    for (at++; at < tokens.length && !is("}"); at++) {
      const item: string[] = [];
      for (; at < tokens.length && !is(",") && !is("}"); at++) item.push(tokens[at]!.value);
      const isType = item.length > 1 && item[0] === "type" && item[1] !== "as";
      if (item.length > 0 && !isType) named.push({ exported: item[0]!, local: item.at(-1)! });
      if (is("}")) break;
    }
    at++;
  }
  if (whole !== undefined || space !== undefined || named.length > 0 || tokens[at - 1]?.value === "}") {
    if (!is("from")) return undefined;
    at++;
  }
  const source = tokens[at];
  if (source?.type !== "StringLiteral" || source.value.includes("\\")) return undefined;
  at++;
  if ((is("with") || is("assert")) && is("{", 1)) {
    while (at < tokens.length && !is("}")) at++;
    at++;
  }
  const last = tokens[at - 1]!;
  return {
    import: onlyTypes ? undefined : {
      start: tokens[first]!.start,
      end: last.start + last.value.length,
      whole,
      named,
      space,
      specifier: source.value.slice(1, -1),
      quoted: { start: source.start, end: source.start + source.value.length },
    },
    next: at,
  };
}

/** Where each use of a name begins. Members of other objects are not uses. */
export function* usesOf(name: string, tokens: readonly Token[]): Generator<number> {
  for (const [at, { type, value }] of tokens.entries()) {
    const before = tokens[at - 1]?.value;
    if (type === "IdentifierName" && value === name && before !== "." && before !== "?.") yield at;
  }
}

/** The number of the token after the bracket that closes the one at `open`. */
export function afterBracket(tokens: readonly Token[], open: number): number {
  const pairs: Record<string, string> = { "(": ")", "[": "]", "{": "}", "<": ">" };
  const closing = pairs[tokens[open]!.value]!;
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    const { value, type } = tokens[at]!;
    if (type !== "Punctuator") continue;
    if (value === tokens[open]!.value) depth++;
    // `>>` closes two.
    else if (value === closing || (closing === ">" && /^>+$/.test(value))) depth -= value.length;
    if (depth <= 0) return at + 1;
  }
  return tokens.length;
}
