#!/usr/bin/env node
/** `selvedge`: the command line. One file for each verb, in verbs/; the list of them is verbs.ts. */
import { Command, CommanderError } from "commander";
import { BROKEN_PIPE, FAULT, OK, USAGE } from "./exit.js";
import { InputError, systemError } from "./input-error.js";
import { version } from "./manifest.js";
import { asksJson, printError, styleHelp } from "./output.js";
import { registerVerbs } from "./verbs.js";

const EXAMPLES = `
Start here:
  $ selvedge init                   rules and all that belongs to them, for the site in this folder
  $ selvedge dev rules.json --origin dist
                                    an edge on this machine, in front of a folder or a URL
  $ selvedge check rules.json       what is wrong with rules, and what is probably not meant
  $ selvedge explain rules.json https://example.org/old/page
                                    which rules act on a request, and why the others do not
  $ selvedge test rules.json edge.requests.txt
                                    what requests must come to, a line each: GET /old → 301
  $ selvedge explain-code shadowed-rule
                                    what the code of a finding means, and what to do
  $ selvedge convert _redirects --dialect netlify --to selvedge -o rules.json
                                    a file that you already have, as Selvedge's rules
  $ selvedge plan rules.json --platform cloudfront
                                    which triggers and cache policies the rules need
  $ selvedge build rules.json --platform cloudfront -o plan.mjs
                                    compile rules into a module that a handler imports
  $ selvedge verify old-urls.csv --against https://www.example.com
                                    whether old addresses lead where they must
  $ selvedge usage rules.json logs/ how often rules are hit, and what is missed, by access logs
  $ selvedge replay rules.json new.json logs/
                                    what a change of rules changes in that traffic
  $ selvedge prune _redirects logs/ a list without the redirects that nobody follows any more, as a diff
  $ selvedge precompress dist       write .gz, .br and .zst next to a site's files
  $ selvedge csp dist -o csp.json   the Content-Security-Policy that a built site needs

Exit codes: 0 all is well, 1 there are findings, 2 wrong usage or a file that cannot be read.
Every verb takes --help, and nearly all --json, for other programs.
Colours appear on a terminal only, and never with NO_COLOR set.`;

const program = new Command("selvedge")
  .description("Edge rules for any CDN: check, convert, explain, compile and run them.")
  .usage("<verb> [options] [files]")
  .version(version(), "-V, --version", "print the version")
  .helpOption("-h, --help", "print help; selvedge <verb> --help prints that of a verb")
  .helpCommand("help [verb]", "print the help of a verb")
  .addHelpText("after", EXAMPLES)
  .exitOverride();
styleHelp(program);

// A reader that went away, as with `| head`, is not an error. The exit code is that of what was found; a verb that has not come to
// its end cannot say that all is well.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? BROKEN_PIPE);
  const { message } = systemError("", error);
  process.stderr.write(`error: standard output: ${message}\n`);
  process.exit(USAGE);
});

try {
  await registerVerbs(program, process.argv.slice(2));
  if (process.argv.length <= 2) program.outputHelp();
  else await program.parseAsync();
} catch (error) {
  process.exitCode = codeOf(error);
}

/** What went wrong is said, by commander or here, and becomes the exit code. */
function codeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return OK;
    const [, message = error.message, help] = /^error: ([^]*?)(?:\n\((Did you mean .*)\))?$/.exec(error.message) ?? [];
    if (asksJson()) printError(new InputError(message, { help }));
    return USAGE;
  }
  if (error instanceof InputError) {
    printError(error);
    return USAGE;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  printError(new InputError("a fault of selvedge itself; please report it", { help: trace }));
  return FAULT;
}
