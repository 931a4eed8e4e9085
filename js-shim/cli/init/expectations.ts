/** What requests must come to with the rules for a site. */
import type { Platform } from "#dist/generated/names.js";
import type { Rules } from "#dist/rules/rules.js";
import { Engine } from "#dist/tools/engine.js";
import { readExpectations } from "#dist/tools/expectation.js";
import { testsOf } from "#dist/tools/expectations.js";
import type { Detected } from "./detect.js";
import { FINDS_PAGES } from "./rules.js";

const HEAD = "# What must not break. One line is one request: https://github.com/selvedge/selvedge/blob/main/docs/guide/test.md";
const FIRST = "GET / ";

/** Lines that hold: files of vendors may say something else of a page than what is usual for such a site. */
export async function expectationsFor(detected: Detected, platform: Platform, rules: Rules): Promise<string> {
  const { expectations } = readExpectations(linesFor(detected, platform).join("\n"));
  const lines: string[] = [];
  for (const { name, run } of testsOf(expectations, rules, platform)) if ((await run()).length === 0) lines.push(name);
  if (!lines.some((line) => line.startsWith(FIRST))) {
    const { status, headers } = await new Engine(rules, { platform }).handle("/", () => ({ status: 200 }));
    lines.unshift(`${FIRST}→ ${status}${headers["location"] === undefined ? "" : ` | Location: ${headers["location"]}`}`);
  }
  return `${[HEAD, ...lines].join("\n")}\n`;
}

function linesFor({ pages }: Detected, platform: Platform): string[] {
  const lines: string[] = [];
  const finds = FINDS_PAGES.has(platform);
  const front = pages.app !== undefined && !pages.hasFront ? pages.app : "/index.html";
  if (pages.hasFront || pages.app !== undefined || !pages.isBuilt) lines.push(`GET / ${pages.hasFront || !pages.isFallback ? "" : "| origin 404 "}→ asks ${finds ? "/" : front} | 200 | X-Content-Type-Options: nosniff | Cache-Control: no-cache`);
  if (!finds) {
    for (const { address, file, isFolder } of pages.examples) {
      const [canonical, other] = isFolder && pages.slash !== "remove" ? [`${address}/`, address] : [address, `${address}/`];
      lines.push(`GET ${canonical} → asks ${file} | 200`, `GET ${other} → asks nobody | 308 | Location: ${canonical}`);
    }
  }
  if (pages.app !== undefined) {
    const asksAgain = platform !== "cloudfront" && platform !== "vercel";
    lines.push(`GET /settings/profile ${asksAgain ? "| origin 404 " : ""}→ asks ${pages.app}${asksAgain ? "" : " | 200"}`, "GET /assets/gone.js | origin 404 → asks /assets/gone.js | 404");
  }
  for (const { file } of pages.hashed.slice(0, 1)) lines.push(`GET ${file} → asks ${file} | Cache-Control: public, max-age=31536000, immutable`);
  return lines;
}
