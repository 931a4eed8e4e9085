/** Ctrl-C and its kin: the run ends in order, and tells by its exit code which it was. */
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The reason of a run's end. */
export class Interrupted extends Error {
  /** As shells have it. */
  readonly exitCode: number;

  constructor(signal: (typeof SIGNALS)[number]) {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** Runs something that a signal stops. */
export async function stoppable<T>(run: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stops = SIGNALS.map((signal) => [signal, () => controller.abort(new Interrupted(signal))] as const);
  for (const [signal, stop] of stops) process.on(signal, stop);
  try {
    return await run(controller.signal);
  } finally {
    for (const [signal, stop] of stops) process.off(signal, stop);
  }
}
