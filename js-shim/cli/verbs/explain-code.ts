/** `selvedge explain-code`: what the code of a finding means. */
import type { Command } from "commander";
import { OK } from "../exit.js";
import { InputError } from "../input-error.js";
import { sectionAddress, sections } from "../lints.js";
import { nearest } from "../nearest.js";
import { jsonOption } from "../options.js";
import { coloursOf, print, printJson } from "../output.js";

const EXAMPLES = `
Without a code it lists all of them.

Examples:
  $ selvedge explain-code shadowed-rule
  $ selvedge explain-code`;

export function registerExplainCode(program: Command, summary: string): void {
  program
    .command("explain-code")
    .summary(summary)
    .description("Prints what the code of a finding means, an example, and what to do: the section of docs/reference/lints.md.")
    .argument("[code]", "what stands in brackets: shadowed-rule of warning[shadowed-rule]")
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((code: string | undefined, { json }: { json?: boolean }) => {
      process.exitCode = code === undefined ? list(json) : explain(code, json);
    });
}

function list(json: boolean | undefined): number {
  const all = [...sections()];
  if (json) printJson(all.map(([code, text]) => ({ code, text, address: sectionAddress(code) })));
  else for (const [code, text] of all) print(`${code.padEnd(28)}${firstSentence(text)}`);
  return OK;
}

/** What follows the severity, without what a colon or a full stop ends. */
function firstSentence(text: string): string {
  const plain = text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll(/\s+/g, " ");
  return /^[^.]*\. (.*?)[.:] /.exec(plain)?.[1] ?? plain;
}

function explain(given: string, json: boolean | undefined): number {
  const all = sections();
  // As people copy it: with its severity and brackets.
  const code = given.replace(/^(?:\w+)?\[(.*)\]$/, "$1");
  const text = all.get(code);
  if (text === undefined) throw new InputError(`no finding has the code ${given}`, { help: suggestion(code, [...all.keys()]) });
  const address = sectionAddress(code);
  const { bold, dim } = coloursOf(process.stdout);
  if (json) printJson({ code, text, address });
  else print(`${bold(code)}\n\n${text}\n\n${dim(address)}`);
  return OK;
}

function suggestion(given: string, codes: readonly string[]): string {
  const parts = codes.filter((code) => given.length > 2 && code.includes(given));
  const near = nearest(given, codes);
  const alike = parts.length > 0 || near === undefined ? parts : [near];
  return alike.length === 0 ? "selvedge explain-code lists all codes" : `did you mean ${alike.join(", ")}?`;
}
