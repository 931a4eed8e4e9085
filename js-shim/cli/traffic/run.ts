/** Logs through rules: what `usage`, `replay` and `prune` do with them. */
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import type { Platform } from "#dist/compile/compile.js";
import { FACTS } from "#dist/generated/names.js";
import { Road } from "#dist/tools/traffic.js";
import type { Source } from "../input.js";
import { InputError } from "../input-error.js";
import { piecesOf } from "../logs/blocks.js";
import { logFiles, sizeOf } from "../logs/files.js";
import { type Queries, shownUrl } from "../logs/privacy.js";
import { LogProgress } from "../logs/progress.js";
import { number, Reading } from "../logs/reading.js";
import { Rooms } from "../logs/rooms.js";
import type { LogVerbOptions } from "../logs/verb.js";
import { accountOf, type Setup } from "./block-reader.js";
import type { Comparison } from "./comparison.js";
import { crewOf } from "./crew.js";
import { byLine, type WrittenRule, writtenRules } from "./lines.js";
import type { Usage } from "./usage.js";

/** More threads wait for the one that reads the files. */
const MAX_THREADS = 4;
/** In bytes: what is less is read before threads have started. */
const FEW = 8 << 20;
/** In characters: each thread has all rules by itself. */
const MANY_RULES = 10_000_000;

export interface UsageOfLogs {
  readonly written: readonly WrittenRule[];
  readonly usage: Usage;
  readonly reading: Reading;
}

/** Sends the requests of logs through one set of rules. Throws a `FindingsError` for rules that cannot be used: before the first line of a log is read. */
export async function usageOf(sources: readonly Source[], logs: readonly string[], options: LogVerbOptions, queries: Queries): Promise<UsageOfLogs> {
  const road = roadOf(sources, options.platform);
  const { written, of } = writtenRules(road.rules, byLine(sources));
  const { account, reading } = await run({ kind: "usage", questions: [road.question], of }, logs, options, queries);
  return { written, usage: account as Usage, reading };
}

/** Sends them through two sets. */
export async function comparisonOf(sets: readonly (readonly Source[])[], logs: readonly string[], options: LogVerbOptions): Promise<{ readonly comparison: Comparison; readonly reading: Reading }> {
  const questions = sets.map((sources) => roadOf(sources, options.platform).question);
  const { account, reading } = await run({ kind: "comparison", questions, of: [] }, logs, options, options.queries);
  return { comparison: account as Comparison, reading };
}

/** Without the road itself, whose memory nobody needs while threads have roads of their own. */
function roadOf(sources: readonly Source[], platform: Platform): Pick<Road, "rules" | "question"> {
  const { rules, question } = new Road(sources, { platform, facts: FACTS });
  return { rules, question };
}

type Rules = Pick<Setup, "kind" | "questions" | "of">;

/** Blocks are put together in their order, whichever thread has read them: with any number of threads the same comes out. */
async function run(rules: Rules, logs: readonly string[], { host, fields, jobs }: LogVerbOptions, queries: Queries): Promise<{ readonly account: ReturnType<typeof accountOf>; readonly reading: Reading }> {
  const files = logFiles(logs);
  const reading = new Reading(files.reduce((sum, file) => sum + sizeOf(file), 0));
  const setup: Setup = { ...rules, host, fields, queries, key: randomBytes(16) };
  const account = accountOf(setup, shownUrl(queries, setup.key));
  const crew = crewOf(setup, jobs ?? threadsFor(reading.total, rules.questions));
  const rooms = new Rooms();
  const progress = new LogProgress(reading);
  const held: { readonly file: string; readonly problem?: string; readonly result?: ReturnType<typeof crew.read> }[] = [];
  let [file, lines] = ["", 0];
  const settle = async (): Promise<void> => {
    const next = held.shift()!;
    if (next.problem !== undefined) reading.files.push({ file: next.file, problem: next.problem });
    const result = await next.result;
    if (result === undefined) return;
    if (next.file !== file) [file, lines] = [next.file, 0];
    reading.saw(file, lines, result.seen);
    lines += result.seen.count;
    account.add(result.part);
    rooms.give(result.bytes);
    progress.moved();
  };
  try {
    for await (const piece of piecesOf(files, fields, reading, rooms)) {
      held.push("problem" in piece ? piece : { file: piece.file, result: crew.read(piece.block) });
      if (held.length > crew.room) await settle();
    }
    while (held.length > 0) await settle();
  } finally {
    progress.end();
    for (const { result } of held) result?.catch(() => {});
    await crew.end();
  }
  if (reading.requests === 0) throw nothingIn(reading, files);
  return { account, reading };
}

function threadsFor(bytes: number, questions: readonly string[]): number {
  const characters = questions.reduce((sum, { length }) => sum + length, 0);
  return bytes < FEW || characters > MANY_RULES ? 1 : Math.min(availableParallelism(), MAX_THREADS);
}

/** Of no request nothing can be said: not that a rule is never hit, nor that nothing changes. */
function nothingIn({ files: [broken], where: [line], unreadable }: Reading, [first]: readonly string[]): InputError {
  if (broken !== undefined) return new InputError(broken.problem, { where: broken.file });
  if (line !== undefined) return new InputError("cannot be read as a request, and neither can any other line", { where: line, help: `${number(unreadable)} of ${unreadable === 1 ? "1 line" : "the lines"} cannot be read; selvedge usage --help names the formats` });
  return new InputError("the logs hold no request", { where: first, help: "name logs of days on which the site was asked for something" });
}
