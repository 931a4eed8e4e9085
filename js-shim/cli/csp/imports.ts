/** What a script imports by words in its text, and where an import map leads. */
import jsTokens from "js-tokens";

const SKIPPED = new Set(["WhiteSpace", "LineTerminatorSequence", "SingleLineComment", "MultiLineComment"]);

/** `import "x"`, `import … from "x"`, `export … from "x"` and `import("x")`. */
export function importsOf(code: string): string[] {
  const found: string[] = [];
  let before = ["", ""];
  for (const { type, value } of jsTokens(code)) {
    if (SKIPPED.has(type)) continue;
    const [second = "", last = ""] = before;
    const imports = last === "import" || last === "from" || (second === "import" && last === "(");
    if (type === "StringLiteral" && imports) found.push(value.slice(1, -1));
    before = [last, type === "IdentifierName" || type === "Punctuator" ? value : ""];
  }
  return found;
}

/** Addresses of an import map (HTML, "parse an import map string"), those of its scopes among them. */
export function addressesOf(map: string): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(map);
  } catch {
    // A browser takes nothing from it.
    return [];
  }
  const { imports, scopes } = (parsed ?? {}) as { imports?: unknown; scopes?: unknown };
  const maps = [imports, ...valuesOf(scopes)];
  return maps.flatMap(valuesOf).filter((address): address is string => typeof address === "string" && isAddress(address));
}

function valuesOf(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

/** A bare name is none: an import map says where it leads, or it fails. */
export function isAddress(specifier: string): boolean {
  return /^(?:\.{0,2}\/|[a-z][a-z0-9+.-]*:)/i.test(specifier);
}
