// The documents whose blocks are run, and the fenced blocks of a Markdown file, with what their info strings say.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The paths of README.md and of all documents under docs/. Those of lints.md are run by crates/selvedge/tests/lints_documented.rs. */
export function documents() {
  const all = readdirSync(`${ROOT}docs`, { recursive: true }).map((path) => `docs/${path.replaceAll("\\", "/")}`);
  return ["README.md", ...all.filter((path) => path.endsWith(".md") && path !== "docs/reference/lints.md").sort()];
}

/** @returns a list of `{ language, words, text, line, section }`; `words` are the rest of the info string */
export function blocks(markdown) {
  const found = [];
  let open;
  let section = "";
  for (const [index, line] of markdown.split("\n").entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (open === undefined) {
      if (fence) open = start(fence[1].trim(), index + 1, section);
      else section = /^#+ (.*)$/.exec(line)?.[1] ?? section;
    } else if (fence) {
      const { lines, ...block } = open;
      found.push({ ...block, text: lines.map((text) => `${text}\n`).join("") });
      open = undefined;
    } else {
      open.lines.push(line);
    }
  }
  if (open !== undefined) throw new Error(`line ${open.line}: this block never ends`);
  return found;
}

function start(info, line, section) {
  const [language = "", ...words] = info.split(/\s+/);
  return { language, words, line, section, lines: [] };
}
