/** docs/reference/lints.md in the package: a section for every code of a finding. */
import { readFileSync } from "node:fs";
import { addressOf } from "./manifest.js";

const DOCUMENT = "docs/reference/lints.md";

/** Where a code's section is on the web. */
export function sectionAddress(code: string): string {
  return `${addressOf(DOCUMENT)}#${code}`;
}

/** The sections by their codes, in the order of the document: Markdown, without the heading. */
export function sections(): Map<string, string> {
  const found = new Map<string, string>();
  let code: string | undefined;
  let fenced = false;
  for (const line of readFileSync(new URL(`../../${DOCUMENT}`, import.meta.url), "utf8").split("\n")) {
    if (line.startsWith("```")) fenced = !fenced;
    const heading = fenced ? null : /^#{1,3} (.*)$/.exec(line);
    if (heading) code = line.startsWith("### ") ? heading[1] : undefined;
    else if (code !== undefined) found.set(code, `${found.get(code) ?? ""}${line}\n`);
  }
  return new Map([...found].map(([code, text]) => [code, text.trim()]));
}
