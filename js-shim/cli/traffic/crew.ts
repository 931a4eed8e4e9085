/** Threads that share out the blocks of logs. */
import { Worker } from "node:worker_threads";
import { InputError } from "../input-error.js";
import type { Block } from "../logs/block.js";
import { BlockReader, type BlockResult, type Setup } from "./block-reader.js";

/** Whoever reads blocks. */
export interface Crew {
  /** So many blocks are held at once. */
  readonly room: number;
  read(block: Block): Promise<BlockResult>;
  end(): Promise<void>;
}

/** In megabytes, of one thread. Blocks and what is remembered of them is a tenth of it; a thread that may take more takes more before it tidies up. */
const YOUNG = 8;

/** @param threads 1: no other than this one */
export function crewOf(setup: Setup, threads: number): Crew {
  return threads === 1 ? alone(setup) : new Threads(setup, threads);
}

function alone(setup: Setup): Crew {
  const reader = new BlockReader(setup);
  return { room: 1, read: async (block) => reader.read(block), end: async () => {} };
}

class Threads implements Crew {
  readonly room: number;
  readonly #idle: Worker[];
  readonly #waiting: ((worker: Worker) => void)[] = [];
  readonly #all: readonly Worker[];

  constructor(setup: Setup, threads: number) {
    this.room = threads + 1;
    this.#all = Array.from({ length: threads }, () => {
      const worker = new Worker(new URL("traffic-worker.js", import.meta.url), { workerData: setup, resourceLimits: { maxYoungGenerationSizeMb: YOUNG, maxOldGenerationSizeMb: 256 } });
      // Whoever waits for a block listens by itself; what a worker says when it is ended must not be an uncaught error.
      worker.on("error", () => {});
      return worker;
    });
    this.#idle = [...this.#all];
  }

  async read(block: Block): Promise<BlockResult> {
    const worker = this.#idle.pop() ?? (await new Promise<Worker>((resolve) => this.#waiting.push(resolve)));
    try {
      return await answerOf(worker, block);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(worker);
      else next(worker);
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }
}

function answerOf(worker: Worker, block: Block): Promise<BlockResult> {
  return new Promise((resolve, reject) => {
    const told = (result: BlockResult): void => settle(() => resolve(result));
    const failed = (error: Error): void => settle(() => reject(reasonOf(error)));
    const ended = (): void => settle(() => reject(reasonOf(undefined)));
    const settle = (act: () => void): void => {
      worker.off("message", told).off("error", failed).off("exit", ended);
      act();
    };
    worker.on("message", told).on("error", failed).on("exit", ended);
    worker.postMessage(block, [block.bytes.buffer as ArrayBuffer]);
  });
}

function reasonOf(error: NodeJS.ErrnoException | undefined): Error {
  const isFull = error === undefined || error.code === "ERR_WORKER_OUT_OF_MEMORY";
  return isFull ? new InputError("the logs take more memory than there is", { help: "with --jobs 1 they take less, and longer" }) : error;
}
