/** What a run of expectations came to, for people and for the programs that read test results. */
import { annotation, annotationOf } from "../annotation.js";
import type { InputError } from "../input-error.js";
import { coloursOf, print, printJson } from "../output.js";
import { printable } from "../printable.js";
import { xml } from "../xml.js";
import type { Result, Run } from "./run.js";

export const FORMATS = ["text", "tap", "junit", "json", "github"] as const;
export type Format = (typeof FORMATS)[number];

export function report(runs: readonly Run[], format: Format): void {
  const results = runs.flatMap(resultsOf);
  switch (format) {
    case "text":
      return print([...results.filter(isFailed).map(block), summary(runs)].join("\n"));
    case "github":
      return print([...runs.flatMap(annotations), summary(runs)].join("\n"));
    case "tap":
      return print(["TAP version 14", `1..${results.length}`, ...results.map(tap)].join("\n"));
    case "junit":
      return print(junit(runs));
    case "json":
      return printJson({ passed: results.length - results.filter(isFailed).length, failed: results.filter(isFailed).length, tests: results });
  }
}

/** Why no test ran, for programs: what they read is in their format then, too. */
export function reportError({ message, where, help }: InputError, format: Format): void {
  const text = printable(where === undefined ? message : `${where}: ${message}`);
  switch (format) {
    case "text":
    case "github":
      return;
    case "tap":
      return print(["TAP version 14", `Bail out! ${text}`].join("\n"));
    case "junit": {
      const counted = 'tests="1" failures="0" errors="1"';
      const error = `    <testcase name="the tests can run" classname="selvedge">\n      <error message="${xml(text)}">${xml(help ?? "")}</error>\n    </testcase>`;
      return print(['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites ${counted}>`, `  <testsuite name="selvedge" ${counted}>`, error, "  </testsuite>", "</testsuites>"].join("\n"));
    }
    case "json":
      return printJson({ error: { message, where, help } });
  }
}

/** Rules that a platform refuses are one failure there. */
function resultsOf({ platform, results, findings, isUsable }: Run): readonly Result[] {
  const [first] = findings;
  if (isUsable || first === undefined) return results;
  const differences = findings.map(({ place, message }) => (place === "" ? message : `${place}: ${message}`));
  return [{ file: first.file, line: first.line ?? 1, name: `the rules can be used on ${platform}`, platform, differences, acted: [] }];
}

function isFailed({ differences }: Result): boolean {
  return differences.length > 0;
}

/** More than a person reads. */
const MAX_DIFFERENCES = 10;

function detailsOf({ differences, acted }: Result): string[] {
  const more = differences.length - MAX_DIFFERENCES;
  const lines = [...differences.slice(0, MAX_DIFFERENCES), ...(more > 0 ? [`and ${more} more`] : [])];
  return [...lines, ...acted.map((rule) => `acted: ${rule}`)].map(printable);
}

function block(result: Result): string {
  const { bold, dim, red } = coloursOf(process.stdout);
  const { file, line, name, platform } = result;
  const head = `${red("✗")} ${bold(printable(`${file}:${line}`))} ${dim(platform)}  ${printable(name)}`;
  return [head, ...detailsOf(result).map((line) => `    ${line}`), ""].join("\n");
}

function summary(runs: readonly Run[]): string {
  const { bold } = coloursOf(process.stdout);
  return runs
    .map((run) => {
      const results = resultsOf(run);
      const failed = results.filter(isFailed).length;
      return bold(`${failed === 0 ? "" : `${failed} failed, `}${results.length - failed} passed on ${run.platform}`);
    })
    .join("\n");
}

/** What is wrong with rules stands at their own lines. */
function annotations({ results, findings, isUsable }: Run): string[] {
  return isUsable ? results.filter(isFailed).map(annotated) : findings.map(annotationOf);
}

function annotated(result: Result): string {
  const { file, line, name, platform } = result;
  return annotation({ level: "error", file, line, title: `${name} (${platform})`, message: detailsOf(result).join("\n") });
}

/** Version 14: https://testanything.org/tap-version-14-specification.html */
function tap(result: Result, index: number): string {
  const { file, line, name, platform } = result;
  const description = printable(`${file}:${line} ${name} (${platform})`).replace(/[\\#]/g, "\\$&");
  if (!isFailed(result)) return `ok ${index + 1} - ${description}`;
  const list = detailsOf(result).map((text) => `    - ${JSON.stringify(text)}`);
  return [`not ok ${index + 1} - ${description}`, "  ---", "  differences:", ...list, "  ..."].join("\n");
}

/** As Jenkins, GitLab and others read it: https://github.com/testmoapp/junitxml */
function junit(runs: readonly Run[]): string {
  const suites = runs.map((run) => {
    const results = resultsOf(run);
    const cases = results.map((result) => {
      const attributes = `name="${xml(result.name)}" classname="${xml(result.file)}" file="${xml(result.file)}" line="${result.line}"`;
      if (!isFailed(result)) return `    <testcase ${attributes}/>`;
      const details = detailsOf(result);
      return `    <testcase ${attributes}>\n      <failure message="${xml(details[0] ?? "")}">${xml(details.join("\n"))}</failure>\n    </testcase>`;
    });
    return [`  <testsuite name="${run.platform}" ${counts(results)}>`, ...cases, "  </testsuite>"].join("\n");
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites ${counts(runs.flatMap(resultsOf))}>`, ...suites, "</testsuites>"].join("\n");
}

function counts(results: readonly Result[]): string {
  return `tests="${results.length}" failures="${results.filter(isFailed).length}"`;
}
