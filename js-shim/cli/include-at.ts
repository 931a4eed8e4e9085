/** Where a configuration includes other files. */

/** A directive, and what follows it. */
export interface IncludeAt {
  /** What it names: a path, perhaps with stars. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** Of what follows, from 1. */
  readonly line: number;
  readonly column: number;
}

/** The directives of a text that include files, in order. */
export function* directivesOf(text: string, form: "apache" | "nginx"): Generator<IncludeAt> {
  let [line, from] = [1, 0];
  for (const { path, start, end } of form === "apache" ? inLines(text) : inBlocks(text)) {
    for (let at = text.indexOf("\n", from); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) line++;
    from = end;
    yield { path, start, end, line, column: [...text.slice(text.lastIndexOf("\n", end - 1) + 1, end)].length + 1 };
  }
}

type Found = Pick<IncludeAt, "path" | "start" | "end">;

/** `Include conf/extra.conf`, a line each. */
function* inLines(text: string): Generator<Found> {
  for (const { 0: all, 1: quoted, 2: plain, index } of text.matchAll(/^[ \t]*Include(?:Optional)?[ \t]+(?:"([^"\n]*)"|(\S+))[ \t]*\r?$/gim)) {
    yield { path: quoted ?? plain ?? "", start: index, end: index + all.length };
  }
}

/** `include conf.d/*.conf;`, wherever a directive may begin: not in a comment, nor in a word. */
function* inBlocks(text: string): Generator<Found> {
  const token = /#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[;{}]|(?:[^\s;{}\\]|\\.|\$\{[^}]*\})+/gs;
  let words: { readonly text: string; readonly at: number }[] = [];
  for (const { 0: word, index } of text.matchAll(token)) {
    if (word.startsWith("#")) continue;
    if (!/^[;{}]$/.test(word)) {
      words.push({ text: word, at: index });
      continue;
    }
    const [name, path] = words;
    if (word === ";" && words.length === 2 && name?.text === "include" && path !== undefined) {
      yield { path: path.text.replace(/^(["'])(.*)\1$/s, "$2"), start: name.at, end: index + 1 };
    }
    words = [];
  }
}
