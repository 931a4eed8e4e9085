/** Logs through rules: what `usage`, `replay` and `prune` do with them. */
import type { Platform } from "#dist/compile/compile.js";
import { FACTS } from "#dist/generated/names.js";
import type { Exchange } from "#dist/tools/explain.js";
import { type Journey, Road } from "#dist/tools/traffic.js";
import type { Source } from "../input.js";
import { InputError } from "../input-error.js";
import { coloursOf } from "../output.js";
import { printable } from "../printable.js";
import { LogProgress } from "./progress.js";
import { logFiles, readLogs, Reading, sizeOf } from "./read.js";
import { type Alike, Tally } from "./tally.js";

/** Sets of rules through which the requests of logs are sent. */
export class Replay {
  readonly roads: readonly Road[];

  /** Throws a `FindingsError` for rules that cannot be used: before the first line of a log is read. */
  constructor(sets: readonly (readonly Source[])[], platform: Platform) {
    this.roads = sets.map((sources) => new Road(sources, { platform, facts: FACTS }));
  }

  /** Reads the logs, and hands requests to `see` that are alike, with what each set of rules makes of them. */
  async read(logs: readonly string[], { host, fields }: { readonly host: string; readonly fields?: readonly string[] }, see: (request: Alike, ...journeys: (Journey | null)[]) => void): Promise<Reading> {
    const files = logFiles(logs);
    const reading = new Reading(sizeOf(files));
    const tally = new Tally(host, (requests) => {
      const exchanges = requests.map(exchangeOf);
      const all = this.roads.map((road) => road.follow(exchanges));
      requests.forEach((request, at) => see(request, ...all.map((journeys) => journeys[at] ?? null)));
    });
    const progress = new LogProgress(reading);
    try {
      await readLogs(files, { fields }, reading, (entry) => tally.add(entry), () => progress.moved());
      tally.flush();
    } finally {
      progress.end();
    }
    if (reading.requests === 0) throw nothingIn(reading, files);
    return reading;
  }
}

/** Of no request nothing can be said: not that a rule is never hit, nor that nothing changes. */
function nothingIn({ files: [broken], where: [line], unreadable }: Reading, [first]: readonly string[]): InputError {
  if (broken !== undefined) return new InputError(broken.problem, { where: broken.file });
  if (line !== undefined) return new InputError("cannot be read as a request, and neither can any other line", { where: line, help: `${number(unreadable)} of ${unreadable === 1 ? "1 line" : "the lines"} cannot be read; selvedge usage --help names the formats` });
  return new InputError("the logs hold no request", { where: first, help: "name logs of days on which the site was asked for something" });
}

/** As a browser sends it. */
const HEADERS = [["Accept-Encoding", "gzip, deflate, br, zstd"]] as const;

function exchangeOf({ url, method, status }: Alike): Exchange {
  return { url, method, headers: HEADERS, origin: { status: originStatus(status) } };
}

/** What the origin says where rules ask it. A redirect in a log may be the rules' own; parts, and what did not change, are there. */
function originStatus(status: number): number {
  return status < 200 || (status >= 300 && status < 400) || status === 206 ? 200 : Math.min(status, 599);
}

/** What of the logs could not be used, a line each. */
export function readingLines(reading: Reading): string[] {
  const { yellow } = coloursOf(process.stdout);
  const { unreadable, where, files } = reading;
  return [
    ...files.map(({ file, problem }) => `${yellow("warning:")} ${printable(file)}: ${printable(problem)}`),
    ...(unreadable > 0 ? [`${yellow("warning:")} ${number(unreadable)} ${unreadable === 1 ? "line" : "lines"} cannot be read: ${where.map(printable).join(", ")}${unreadable > where.length ? ", …" : ""}`] : []),
  ];
}

export function number(count: number): string {
  return count.toLocaleString("en");
}
