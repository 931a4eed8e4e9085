/** Verbs on logs: the options that all of them take, and the rules and logs that they are given. */
import { type Command, Option } from "commander";
import type { Platform } from "#dist/compile/compile.js";
import { formOf, hasForm } from "../form.js";
import { readSources, type Source } from "../input.js";
import { InputError } from "../input-error.js";
import { isModule } from "../module.js";
import { choice, dialectOption, jsonOption, numberOption, platformOption } from "../options.js";
import { print } from "../output.js";
import { inProject, someRules } from "../project.js";
import { QUERIES, type Queries } from "./privacy.js";
import { ENGINES, sql, type SqlEngine } from "./sql.js";

/** What every verb on logs takes. */
export interface LogVerbOptions {
  readonly host: string;
  readonly fields?: readonly string[];
  readonly queries: Queries;
  readonly sql?: SqlEngine;
  readonly table?: string;
  readonly top: number;
  readonly jobs?: number;
  readonly platform: Platform;
  readonly dialect?: string;
  readonly json?: boolean;
}

/** What is known of the formats, for help. */
export const LOGS = `Logs are those of CloudFront (standard v1 and v2, real-time with --fields), Cloudflare (Logpush), Apache and nginx (common and
combined), IIS, Netlify and Vercel (drains), Caddy, HAR, and tables with a header (host, path, query, status, day, count); plain, .gz or
.zst; folders are looked through. Lines that cannot be read are counted and named. Addresses of clients are not read.`;

function logOptions(): Option[] {
  return [
    new Option("--host <name>", "the host of requests whose log does not say").default("example.org"),
    new Option("--fields <names>", "the fields of lines without a header, as the log's settings list them: timestamp,c-ip,sc-status,…").argParser((text: string) => text.split(",").map((name) => name.trim())),
    choice("--queries <what>", "values of queries in the report: left out, hashed, or shown", QUERIES).default("drop"),
    numberOption("--top <count>", "how many lines a list shows", 1).default(20),
    numberOption("-j, --jobs <count>", "how many threads read the logs (default: as many as there are cores, and four at most)", 1, 64),
    choice("--sql <engine>", "print the query that counts requests there; its result is a log for this verb", ENGINES),
    new Option("--table <name>", "the table, or for duckdb the files, of that query"),
  ];
}

/** Adds these options to a verb, and runs it; with --sql it prints a query instead. */
export function onLogs<Given extends unknown[], Options extends LogVerbOptions>(command: Command, run: (...given: [...Given, Options, Command]) => Promise<number>): void {
  for (const option of [platformOption().default("fetch"), dialectOption(), ...logOptions(), jsonOption()]) command.addOption(option);
  command.action(async (...given: [...Given, Options, Command]) => {
    const { sql: engine, table } = given.at(-2) as Options;
    if (engine === undefined) process.exitCode = await run(...given);
    else print(sql(engine, table));
  });
}

export interface RulesAndLogs<Options> {
  readonly sources: readonly Source[];
  readonly logs: readonly string[];
  readonly options: Options;
}

/** Reads the files of rules that come before logs; without any, those of the project. */
export function rulesAndLogs<Options extends { readonly rules?: readonly string[]; readonly dialect?: string; readonly site?: string }>(files: readonly string[], given: Options, command: Command): RulesAndLogs<Options> {
  const [rules, logs] = splitFiles(files, given.rules);
  const [taken, options] = inProject(rules, given, command);
  const sources = readSources(someRules(taken, command.name()), { dialect: options.dialect, site: options.site });
  if (logs.length === 0) throw new InputError("the logs are missing", { help: `write: selvedge ${command.name()} rules.json access.log` });
  return { sources, logs, options };
}

/**
 * Files of rules come first, then logs. JSON and tables may be either, so of several files of rules those that follow the first have a
 * vendor's name. Without rules, those of the project are meant.
 */
function splitFiles(files: readonly string[], rules: readonly string[] | undefined): [rules: readonly string[], logs: readonly string[]] {
  if (rules !== undefined) return [rules, files];
  const isRules = (name: string, at: number): boolean => name !== "-" && (at === 0 ? hasForm(name) || isModule(name) : hasForm(name) && !["rules", "table"].includes(formOf(name)));
  const count = files.findIndex((name, at) => !isRules(name, at));
  return count < 0 ? [files, []] : [files.slice(0, count), files.slice(count)];
}
