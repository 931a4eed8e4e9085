/** What is printed: text for people, coloured on terminals only, and JSON for programs. */
import type { Command } from "commander";
import picocolors from "picocolors";
import type { InputError } from "./input-error.js";
import { printable, printableJson, printableLines } from "./printable.js";

/**
 * Colours for a stream: none where it is not a terminal, or where `NO_COLOR` is set (no-color.org). `FORCE_COLOR` has the last
 * word, as it has in Node itself.
 */
export function coloursOf(stream: NodeJS.WriteStream): ReturnType<typeof picocolors.createColors> {
  const { FORCE_COLOR: force, NO_COLOR: none, TERM: terminal } = process.env;
  if (force !== undefined && force !== "") return picocolors.createColors(force !== "0" && force !== "false");
  return picocolors.createColors(stream.isTTY === true && !none && terminal !== "dumb");
}

/** Prints what is ours: words and colours. What comes from outside has passed `printable`. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a file's text: as it is where that goes to a file or a program. */
export function printFile(text: string): void {
  process.stdout.write(process.stdout.isTTY ? printableLines(text) : text);
}

/** The answer of a verb with `--json`. */
export function printJson(answer: unknown): void {
  print(printableJson(JSON.stringify(answer, null, 2)));
}

/** Whether the caller reads JSON; also where the command line cannot be read any further. */
export function asksJson(): boolean {
  return process.argv.includes("--json");
}

/** An error, as JSON on standard output where the caller reads JSON. */
export function printError({ message, where, help }: InputError): void {
  if (asksJson()) {
    printJson({ error: { message, where, help } });
    return;
  }
  const { red, bold } = coloursOf(process.stderr);
  const line = `${bold(red("error:"))} ${where === undefined ? "" : `${bold(printable(where))}: `}${printable(message)}`;
  process.stderr.write(help ? `${line}\n  ${printableLines(help).replaceAll("\n", "\n  ")}\n` : `${line}\n`);
}

/** Commander's help in our colours. It takes them out again where the stream has none. */
export function styleHelp(program: Command): void {
  const { bold, cyan } = picocolors.createColors(true);
  program.configureHelp({
    showGlobalOptions: false,
    subcommandTerm: (verb) => verb.name(),
    styleTitle: bold,
    styleCommandText: bold,
    styleSubcommandText: cyan,
    styleOptionText: cyan,
    styleArgumentText: cyan,
  });
  program.configureOutput({
    getOutHasColors: () => coloursOf(process.stdout).isColorSupported,
    getErrHasColors: () => coloursOf(process.stderr).isColorSupported,
    // As JSON, it is printed as every other error.
    outputError: (text, write) => asksJson() || write(ofCommander(text).replace(/^error:/, coloursOf(process.stderr).red("error:"))),
  });
}

/** Its lines are two at most; another comes with an argument. */
function ofCommander(text: string): string {
  return printableLines(text.replace(/\n(?!$|\(Did you mean )/g, "\\n"));
}
