/** Worker threads that share out jobs. */
import { Worker } from "node:worker_threads";
import type { Job, Result } from "./worker.js";

/**
 * Gives the jobs to this many workers, in order, and each result to `done` as it comes.
 * @throws what `done` throws, or the reason of `stop`; the workers are gone then
 */
export async function runAll<J extends Job>(jobs: readonly J[], workers: number, stop: AbortSignal, done: (job: J, result: Result) => void): Promise<void> {
  const waiting = jobs.values();
  const busy = new Set<Worker>();
  const halt = new AbortController();
  const abort = () => halt.abort(stop.reason);
  stop.addEventListener("abort", abort);
  if (stop.aborted) abort();
  try {
    await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, () => work()));
  } finally {
    stop.removeEventListener("abort", abort);
    await Promise.all([...busy].map((worker) => worker.terminate()));
  }

  /** One worker after the other, should they die. */
  async function work(): Promise<void> {
    let worker: Worker | undefined;
    for (const job of waiting) {
      halt.signal.throwIfAborted();
      worker ??= start();
      const result = await resultOf(worker, job);
      if (result === undefined) {
        busy.delete(worker);
        worker = undefined;
      }
      halt.signal.throwIfAborted();
      try {
        done(job, result ?? { problem: "takes more memory than there is" });
      } catch (error) {
        halt.abort(error);
        throw error;
      }
    }
    if (worker) {
      busy.delete(worker);
      await worker.terminate();
    }
  }

  function start(): Worker {
    const worker = new Worker(new URL("precompress-worker.js", import.meta.url));
    // Each job listens by itself; what a worker says when it is ended must not be an uncaught error.
    worker.on("error", () => {});
    busy.add(worker);
    return worker;
  }

  /** `undefined` where the worker died of it. */
  function resultOf(worker: Worker, job: J): Promise<Result | undefined> {
    return new Promise((resolve, reject) => {
      const told = (result: Result) => settle(() => resolve(result));
      const died = () => settle(() => resolve(undefined));
      const aborted = () => settle(() => reject(halt.signal.reason));
      const settle = (act: () => void) => {
        worker.off("message", told).off("error", died).off("exit", died);
        halt.signal.removeEventListener("abort", aborted);
        act();
      };
      worker.on("message", told).on("error", died).on("exit", died);
      halt.signal.addEventListener("abort", aborted);
      const { path, within, extension, coding, iterations, sha256 } = job;
      worker.postMessage({ path, within, extension, coding, iterations, sha256 } satisfies Job);
    });
  }
}
