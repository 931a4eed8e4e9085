/** What a stylesheet loads (CSS Syntax Level 3): comments, strings and escapes are read as browsers read them. */

export interface Load {
  readonly kind: "style" | "font" | "image";
  readonly href: string;
}

const ESCAPE = String.raw`\\(?:[0-9a-f]{1,6}\s?|[^0-9a-f])`;
const TOKEN = new RegExp(
  [
    String.raw`\/\*[^]*?(?:\*\/|$)`,
    String.raw`"(?<double>(?:[^"\\\n]|\\[^])*)"?`,
    String.raw`'(?<single>(?:[^'\\\n]|\\[^])*)'?`,
    String.raw`(?<at>@?)(?<name>(?:[\w\-\x80-\uffff]|${ESCAPE})+)(?<open>\(?)`,
    String.raw`[^]`,
  ].join("|"),
  "giy",
);
/** What `url(` holds without quotes. */
const BARE = new RegExp(String.raw`\s*(?<bare>(?:[^"'()\\\s]|${ESCAPE})+)\s*(?:\)|$)`, "iy");
/** Their strings are addresses. */
const ADDRESSED = new Set(["url", "src"]);
const IMAGES = new Set(["image-set", "-webkit-image-set"]);

export function loadsOf(css: string): Load[] {
  const text = css.replace(/\r\n?|\f/g, "\n");
  const loads: Load[] = [];
  /** The at-rules around this place, and the functions. */
  const blocks: string[] = [];
  const functions: string[] = [];
  /** The at-rule whose block has not begun: only an `@import` loads something there, and one thing. */
  let prelude: string | undefined;
  const address = (href: string): void => {
    if (prelude === "import") loads.push({ kind: "style", href });
    else if (prelude === undefined) loads.push({ kind: blocks.includes("font-face") ? "font" : "image", href });
    if (prelude === "import") prelude = "imported";
  };
  const string = (value: string): void => {
    const within = functions.at(-1) ?? "";
    if (ADDRESSED.has(within) || IMAGES.has(within) || (prelude === "import" && functions.length === 0)) address(value);
  };
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    const { double, single, at, name, open } = token.groups!;
    const quoted = double ?? single;
    if (quoted !== undefined) string(unescaped(quoted));
    else if (name !== undefined) {
      const word = unescaped(name).toLowerCase();
      if (at === "@") prelude = word;
      if (open !== "(") continue;
      BARE.lastIndex = TOKEN.lastIndex;
      const bare = word === "url" ? BARE.exec(text) : null;
      if (bare === null) functions.push(word);
      else {
        TOKEN.lastIndex = BARE.lastIndex;
        address(unescaped(bare.groups!["bare"]!));
      }
    } else {
      const [character] = token;
      if (character === "(") functions.push("");
      else if (character === ")") functions.pop();
      else if (character === "{") blocks.push(prelude ?? "");
      else if (character === "}") blocks.pop();
      if (/[{};]/.test(character)) {
        prelude = undefined;
        functions.length = 0;
      }
    }
  }
  return loads;
}

function unescaped(text: string): string {
  return text.replace(/\\(?:([0-9a-f]{1,6})\s?|\n|([^]))/gi, (_, hex: string | undefined, other: string | undefined) => (hex === undefined ? (other ?? "") : characterOf(parseInt(hex, 16))));
}

function characterOf(code: number): string {
  return code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? "\ufffd" : String.fromCodePoint(code);
}
