/** Runs files of expectations on platforms. */
import type { Platform } from "#dist/compile/compile.js";
import { FACTS } from "#dist/generated/names.js";
import type { Finding } from "#dist/tools/check.js";
import { type Expectation, readExpectations, type Sent, type Unreadable } from "#dist/tools/expectation.js";
import { exchangeOf, testsOf } from "#dist/tools/expectations.js";
import { explain } from "#dist/tools/explain.js";
import { usable } from "#dist/tools/rule-files.js";
import { readText, type Source } from "../input.js";

/** One line on one platform. */
export interface Result {
  readonly file: string;
  readonly line: number;
  /** The line as it is written. */
  readonly name: string;
  readonly platform: Platform;
  /** What comes otherwise than expected: nothing if it passes. */
  readonly differences: readonly string[];
  /** Which rules acted, where it fails. */
  readonly acted: readonly string[];
}

/** What a platform came to. */
export interface Run {
  readonly platform: Platform;
  readonly results: readonly Result[];
  /** Errors of lines that are left out, or why the rules cannot be used there at all. */
  readonly findings: readonly Finding[];
  readonly isUsable: boolean;
}

export async function run(files: readonly string[], sources: readonly Source[], platform: Platform): Promise<Run> {
  const { rules, findings: all } = usable(sources, { platform, facts: FACTS });
  const findings = all.filter(({ severity }) => severity === "error");
  if (rules === null) return { platform, results: [], findings, isUsable: false };
  const results: Result[] = [];
  for (const file of files) {
    for (const { name, line, sent, run } of testsOf(expectationsIn(file), rules, platform)) {
      const differences = await run();
      results.push({ file, line, name, platform, differences, acted: differences.length > 0 ? acted(sent, sources, platform) : [] });
    }
  }
  return { platform, results, findings, isUsable: true };
}

export function expectationsIn(file: string): readonly Expectation[] {
  return readExpectations(readText(file)).expectations;
}

/** Lines that cannot be read. */
export function unreadableIn(file: string): readonly (Unreadable & { readonly file: string })[] {
  return readExpectations(readText(file)).unreadable.map((line) => ({ ...line, file }));
}

/** Each rule that did something, as a person finds it. */
function acted(sent: Sent, sources: readonly Source[], platform: Platform): string[] {
  const { stages } = explain(sources, exchangeOf(sent), { platform, facts: FACTS });
  return stages.flatMap(({ stage, steps }) =>
    steps.filter(({ verdict }) => verdict === "acted").map(({ file, line, place, rule }) => `${place} of ${file}${line === undefined ? "" : `:${line}`} at ${stage}: ${rule}`),
  );
}
