/** Configurations of servers with the files that they include, each line with where it was written. */
import { readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, sep } from "node:path";
import type { RuleFile } from "#dist/tools/check.js";
import { globOf } from "./glob.js";
import { directivesOf, type IncludeAt } from "./include-at.js";

/** A configuration is not larger; one that includes a file twice, which includes another twice, would be. */
const MAX_LENGTH = 16 * 1024 * 1024;
const MAX_FILES = 2000;

/** A configuration as one text. */
export interface Whole {
  readonly text: string;
  readonly locate?: NonNullable<RuleFile["locate"]>;
  /** The texts of the included files. */
  readonly included?: ReadonlyMap<string, string>;
}

/** Where a line comes from: what stands before it in its own file. */
interface Origin {
  readonly file: string;
  readonly line: number;
  readonly shift: number;
}

/**
 * Puts the text of included files in the place of their directives. One that is not there, that is outside of the folder of the
 * file, or that includes itself, stays as a directive, of which the reader says that it is not read; of stars, the folder.
 */
export function withIncludes(name: string, text: string, form: "apache" | "nginx", read: (file: string) => string): Whole {
  const folder = dirname(name);
  const out: string[] = [];
  const origins: Origin[] = [];
  const included = new Map<string, string>();
  let [length, files, isAlone] = [text.length, 0, true];

  const put = (piece: string, file: string, line: number, column: number) => {
    for (const [at, each] of piece.split("\n").entries()) {
      out.push(each);
      origins.push({ file, line: line + at, shift: at === 0 ? column - 1 : 0 });
    }
  };
  const add = (file: string, content: string, around: readonly string[]) => {
    let last: Pick<IncludeAt, "end" | "line" | "column"> = { end: 0, line: 1, column: 1 };
    for (const found of directivesOf(content, form)) {
      const { inside, hasOthers, isThere } = filesOf(found.path, folder, form);
      const hasStars = globOf(found.path) !== undefined;
      const inner = inside.filter((path) => !around.includes(real(path) ?? ""));
      // No folder is there: the reader says so of stars, and closes what a single file may guard.
      if (!isThere) continue;
      if (inner.length === 0 && !hasStars) continue;
      const texts = inner.map((path) => [path, read(path)] as const);
      length += texts.reduce((sum, [, each]) => sum + each.length, 0);
      files += texts.length;
      const isTooMuch = length > MAX_LENGTH || files > MAX_FILES;
      if (isTooMuch && !hasStars) continue;
      put(content.slice(last.end, found.start), file, last.line, last.column);
      // Files that are there and are not read may guard something, whatever names them: the reader closes what a folder stands for.
      if (isTooMuch || hasOthers) put(unreadIn(found.path, form), file, ...startOf(content, found));
      for (const [path, each] of isTooMuch ? [] : texts) {
        included.set(path, each);
        add(path, each.replace(/^\ufeff/, ""), [...around, real(path) ?? path]);
      }
      isAlone = false;
      last = { end: found.end, line: found.line, column: found.column };
    }
    put(content.slice(last.end), file, last.line, last.column);
  };
  add(name, text, [real(name) ?? name]);
  if (isAlone) return { text };
  const locate: Whole["locate"] = ({ line, column, length: marked }) => {
    const origin = origins[line - 1];
    return origin === undefined ? null : { file: origin.file, line: origin.line, column: column + origin.shift, length: marked };
  };
  return { text: out.join("\n"), locate, included };
}

/** An `include` of the folder that stars stand in. */
function unreadIn(path: string, form: "apache" | "nginx"): string {
  const folder = path.slice(0, path.lastIndexOf("/", path.search(/[*?[]/)) + 1) || "./";
  return form === "nginx" ? `include "${folder}";` : `Include "${folder}"`;
}

/** The line and the column of a directive. */
function startOf(content: string, { start, end, line }: IncludeAt): [line: number, column: number] {
  const before = content.slice(start, end).split("\n").length - 1;
  return [line - before, [...content.slice(content.lastIndexOf("\n", start - 1) + 1, start)].length + 1];
}

/** The files that a path of a configuration names, in order, and whether it names some that are outside of the folder. */
function filesOf(path: string, folder: string, form: "apache" | "nginx"): { readonly inside: string[]; readonly hasOthers: boolean; readonly isThere: boolean } {
  // As the server finds it, or as a copy of its folder has it.
  const roots = form === "nginx" ? ["/etc/nginx/", "/usr/local/nginx/conf/"] : ["/etc/apache2/", "/etc/httpd/", "/usr/local/apache2/"];
  const root = roots.find((each) => path.startsWith(each)) ?? "";
  const ways = isAbsolute(path) ? [path, ...(root === "" ? [] : [join(folder, path.slice(root.length))])] : [join(folder, path)];
  for (const way of ways) {
    const found = matching(way).filter((file) => statSync(file).isFile());
    if (found.length === 0) continue;
    const inside = found.filter((file) => isInside(file, folder));
    return { inside, hasOthers: inside.length < found.length, isThere: true };
  }
  // A folder in which the stars name nothing has been read.
  const isThere = ways.some((way) => globOf(path) !== undefined && isInside(dirname(way), folder));
  return { inside: [], hasOthers: false, isThere };
}

/** The paths that are there, by the stars of each segment. */
function matching(path: string): string[] {
  let found = [isAbsolute(path) ? sep : "."];
  for (const segment of path.split("/").filter((each) => each !== "")) {
    const glob = globOf(segment);
    if (glob === undefined) found = found.map((folder) => join(folder, segment));
    else found = found.flatMap((folder) => namesIn(folder).filter((name) => glob.test(name)).map((name) => join(folder, name)));
  }
  return found.filter((file) => real(file) !== undefined);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** What a configuration names elsewhere on the disk is not for its reader. */
function isInside(path: string, folder: string): boolean {
  const [inner, outer] = [real(path), real(folder)];
  return inner !== undefined && outer !== undefined && (inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep));
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
