/** What was read of logs, and what could not be. */
import { coloursOf } from "../output.js";
import { printable } from "../printable.js";
import type { Seen } from "./block.js";

const MAX_SHOWN = 10;

export class Reading {
  lines = 0;
  requests = 0;
  unreadable = 0;
  /** Lines that are about no request: of a connection, or of a build. */
  others = 0;
  /** The first line that does not say on which day its request came. */
  undated: string | undefined;
  bytes = 0;
  /** Where the first unreadable lines are. */
  readonly where: string[] = [];
  /** What is wrong with files as a whole. */
  readonly files: { readonly file: string; readonly problem: string }[] = [];

  /** @param total the bytes of all files, as they are on the disk */
  constructor(readonly total: number) {}

  /** @param before the number of the lines of the file before this block */
  saw(file: string, before: number, { lines, requests, unreadable, others, undated, where, problem }: Seen): void {
    this.lines += lines;
    this.requests += requests;
    this.unreadable += unreadable;
    this.others += others;
    if (undated !== undefined) this.undated ??= `${file}:${before + undated}`;
    this.where.push(...where.slice(0, MAX_SHOWN - this.where.length).map((line) => `${file}:${before + line}`));
    if (problem !== undefined) this.files.push({ file, problem });
  }
}

/** What of the logs could not be used, a line each. */
export function readingLines(reading: Reading): string[] {
  const { dim, yellow } = coloursOf(process.stdout);
  const { unreadable, others, where, files } = reading;
  return [
    ...files.map(({ file, problem }) => `${yellow("warning:")} ${printable(file)}: ${printable(problem)}`),
    ...(unreadable > 0 ? [`${yellow("warning:")} ${number(unreadable)} ${unreadable === 1 ? "line" : "lines"} cannot be read: ${where.map(printable).join(", ")}${unreadable > where.length ? ", …" : ""}`] : []),
    ...(others > 0 ? [dim(`${number(others)} ${others === 1 ? "line" : "lines"} without a request`)] : []),
  ];
}

export function number(count: number): string {
  return count.toLocaleString("en");
}
