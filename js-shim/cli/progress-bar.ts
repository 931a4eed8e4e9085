/** How far a verb is that asks others, on standard error, where that is a terminal. */
import progress from "cli-progress";

/** @param total 0: not known */
export function barOf(total: number, what: string): progress.SingleBar | undefined {
  if (process.stderr.isTTY !== true) return undefined;
  const bar = new progress.SingleBar({ format: total === 0 ? `{value} ${what}` : `{bar} {value} of {total} ${what}  {eta_formatted} left`, stream: process.stderr, hideCursor: true, clearOnComplete: true, gracefulExit: false }, progress.Presets.shades_classic);
  bar.start(total, 0);
  return bar;
}
