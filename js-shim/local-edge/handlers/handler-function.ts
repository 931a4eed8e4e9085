/** A user's handler in worker threads: what hangs, leaks, exits or returns garbage takes nothing else with it. */
import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { threadLoading } from "../../cli/typescript.js";
import type { Event } from "../message.js";
import type { Called, ConsoleLine, EdgeFunction } from "./function.js";
import type { Question, Reply, Start } from "./worker.js";

/** How many calls run at once, each in a thread of its own, as each has an environment of its own in Lambda. */
const MAX_THREADS = 4;
const MEMORY = 128;

export interface HandlerOptions {
  readonly file: string;
  readonly name: string;
  readonly refusesCallbacks: boolean;
  /** Told once for each load. */
  readonly onCallback?: (() => void) | undefined;
}

export class HandlerFunction implements EdgeFunction {
  readonly name: string;
  readonly #idle: Thread[] = [];
  readonly #waiting: ((thread: Thread) => void)[] = [];
  #threads = 0;
  #closed = false;

  constructor(readonly options: HandlerOptions) {
    this.name = options.file;
  }

  async call(event: Event, seconds: number): Promise<Called> {
    const missing = this.#cannotLoad();
    if (missing !== undefined) return { failure: missing, console: [], milliseconds: 0 };
    const thread = await this.#take();
    const called = await thread.call(event, seconds);
    this.#release(thread);
    return called;
  }

  close(): void {
    this.#closed = true;
    for (const thread of this.#idle.splice(0)) thread.end();
  }

  #cannotLoad(): string | undefined {
    const { file } = this.options;
    if (!existsSync(file)) return `There is no file ${file}. Give the path of the handler to --handler.`;
    if (threadLoading(file) !== undefined) return undefined;
    return `Node ${process.version} does not load TypeScript: ${file}. Use Node 22.18 or later, or npm install --save-dev tsx, or write it in JavaScript.`;
  }

  async #take(): Promise<Thread> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#threads < MAX_THREADS) {
      this.#threads += 1;
      return new Thread(this.options);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #release(thread: Thread): void {
    if (this.#closed) return thread.end();
    const next = this.#waiting.shift();
    const fit = thread.isAlive || thread.failsNext ? thread : next && new Thread(this.options);
    if (fit === undefined) this.#threads -= 1;
    else if (next !== undefined) next(fit);
    else this.#idle.push(fit);
  }
}

/** One thread, one call at a time. */
class Thread {
  isAlive = true;
  /** It ended after its answer, perhaps before anybody read the answer, and no request was told. */
  failsNext = false;
  readonly #worker: Worker;
  readonly #options: HandlerOptions;
  /** Gets what the thread says next, or why it says nothing any more. */
  #listener: ((reply: Reply) => void) | undefined;
  #isLoaded = false;
  /** Why it is not alive any more. */
  #last: Reply | undefined;

  constructor(options: HandlerOptions) {
    this.#options = options;
    const { file, name, refusesCallbacks } = options;
    const loading = threadLoading(file);
    this.#worker = new Worker(new URL("./handler-worker.js", import.meta.url), {
      workerData: { file, name, refusesCallbacks, loader: loading?.loader } satisfies Start,
      env: environment(),
      execArgv: [...(loading?.options ?? [])],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY },
      stdin: true,
      stdout: true,
      stderr: true,
    });
    this.#worker.unref();
    this.#worker.on("message", (reply: Reply) => this.#hear(reply));
    this.#worker.on("error", (error: NodeJS.ErrnoException) => this.#die(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? `It used more than ${MEMORY} MB of memory.` : (error.stack ?? String(error))));
    this.#worker.on("exit", (code) => this.#die(`It ended the process with code ${code}. A function must not call process.exit.`));
  }

  async call(event: Event, seconds: number): Promise<Called> {
    const started = performance.now();
    const spent = (): number => performance.now() - started;
    let console: readonly ConsoleLine[] = [];
    if (!this.#isLoaded) {
      const reply = await this.#next(10 * seconds, "loading");
      console = reply.console;
      if (!("loaded" in reply)) {
        this.end();
        return { failure: "failure" in reply ? reply.failure : "The file did not load.", console, milliseconds: spent() };
      }
      this.#isLoaded = true;
      if (reply.takesCallback) this.#options.onCallback?.();
    }
    const id = globalThis.crypto.randomUUID();
    const answer = this.#next(seconds, "answering");
    if (this.isAlive) this.#worker.postMessage({ event, id, milliseconds: seconds * 1000 } satisfies Question);
    const reply = await answer;
    console = [...console, ...reply.console];
    if ("failure" in reply) return { failure: reply.failure, console, milliseconds: spent() };
    if ("unparsable" in reply) return { unparsable: reply.unparsable, console, milliseconds: spent() };
    const result: unknown = "result" in reply && reply.result !== undefined ? JSON.parse(reply.result) : undefined;
    return { result, console, milliseconds: spent() };
  }

  end(): void {
    this.isAlive = false;
    void this.#worker.terminate();
  }

  #next(seconds: number, doing: string): Promise<Reply> {
    if (this.#last !== undefined) {
      this.failsNext = false;
      return Promise.resolve(this.#last);
    }
    this.#worker.ref();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#die(`Task timed out after ${seconds.toFixed(2)} seconds, ${doing}.`);
        this.end();
      }, seconds * 1000);
      this.#listener = (reply) => {
        clearTimeout(timer);
        this.#listener = undefined;
        this.#worker.unref();
        resolve(reply);
      };
    });
  }

  #hear(reply: Reply): void {
    this.#listener?.(reply);
  }

  #die(failure: string): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    // In Lambda, too, the environment is the next request's, which fails.
    this.failsNext = this.#listener === undefined && this.#isLoaded;
    this.#last = { failure: (this.failsNext ? "It happened after the answer to an earlier request.\n" : "") + failure, console: [] };
    this.#listener?.(this.#last);
  }
}

/** Lambda@Edge has no environment variables but those that Lambda reserves. */
function environment(): Record<string, string> {
  return {
    // Functions that sign requests to AWS find credentials there. These are made up: AWS refuses them.
    AWS_ACCESS_KEY_ID: "LOCALEDGE",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "local",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MEMORY),
    AWS_LAMBDA_FUNCTION_NAME: "us-east-1.local",
    AWS_LAMBDA_FUNCTION_VERSION: "1",
    AWS_REGION: "us-east-1",
    LANG: "en_US.UTF-8",
    PATH: process.env["PATH"] ?? "",
    TZ: ":UTC",
  };
}
