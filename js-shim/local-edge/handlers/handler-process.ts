/** One process of a user's handler, one call at a time. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { nodeArguments } from "../../cli/typescript.js";
import type { Event } from "../message.js";
import type { Called, ConsoleLine } from "./function.js";
import type { HandlerOptions } from "./handler-function.js";
import { OUT_OF_MEMORY, type Question, type Reply, type Start } from "./protocol.js";

/** Megabytes, as at viewer triggers. */
const MEMORY = 128;
/** How long Lambda lets a function load, at least here: a longer limit of calls holds for a slow machine. */
const INIT_SECONDS = 10;
/** More than Node prints of an error. */
const MAX_PRINTED = 16_384;
/** A process may leave its standard error to one that it started. */
const PATIENCE_MILLISECONDS = 500;

/** None of them outlives this process. */
const running = new Set<ChildProcess>();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

export class HandlerProcess {
  isAlive = true;
  /** It ended after its answer, perhaps before anybody read the answer, and no request was told. */
  failsNext = false;
  readonly #child: ChildProcess;
  readonly #options: HandlerOptions;
  /** Gets what the process says next, or why it says nothing any more. */
  #listener: ((reply: Reply) => void) | undefined;
  #isLoaded = false;
  /** Why it is not alive any more. */
  #last: Reply | undefined;
  /** The end of its standard error. */
  #printed = "";

  constructor(options: HandlerOptions) {
    this.#options = options;
    const { file, name, refusesCallbacks } = options;
    this.#child = fork(fileURLToPath(new URL("./handler-worker.js", import.meta.url)), [], {
      env: environment(),
      execArgv: [`--max-old-space-size=${MEMORY}`, ...(nodeArguments(file) ?? [])],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.unref();
    (this.#child.stderr as unknown as { unref?: () => void } | null)?.unref?.();
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#printed = (this.#printed + text).slice(-MAX_PRINTED)));
    this.#child.on("message", (reply: Reply) => this.#listener?.(reply));
    this.#child.on("error", (error) => this.#die(error.message));
    this.#child.on("exit", (code) => {
      const end = (): void => this.#die(this.#reason(code));
      const late = setTimeout(end, PATIENCE_MILLISECONDS);
      this.#child.on("close", () => {
        clearTimeout(late);
        end();
      });
    });
    running.add(this.#child);
    this.#child.send({ file, name, refusesCallbacks } satisfies Start, this.#sent);
  }

  async call(event: Event, seconds: number): Promise<Called> {
    const started = performance.now();
    const spent = (): number => performance.now() - started;
    let console: readonly ConsoleLine[] = [];
    if (!this.#isLoaded) {
      const reply = await this.#next(Math.max(INIT_SECONDS, seconds), "loading");
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
    if (this.isAlive) this.#child.send({ event, id, milliseconds: seconds * 1000 } satisfies Question, this.#sent);
    const reply = await answer;
    console = [...console, ...reply.console];
    if ("failure" in reply) return { failure: reply.failure, console, milliseconds: spent() };
    if ("unparsable" in reply) return { unparsable: reply.unparsable, console, milliseconds: spent() };
    const result: unknown = "result" in reply && reply.result !== undefined ? JSON.parse(reply.result) : undefined;
    return { result, console, milliseconds: spent() };
  }

  end(): void {
    this.isAlive = false;
    running.delete(this.#child);
    // Nothing that the handler does can keep it from this.
    this.#child.kill("SIGKILL");
  }

  /** That it could not be sent is known by its end. */
  readonly #sent = (): void => undefined;

  #next(seconds: number, doing: string): Promise<Reply> {
    if (this.#last !== undefined) {
      this.failsNext = false;
      return Promise.resolve(this.#last);
    }
    this.#child.ref();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#die(`Task timed out after ${seconds.toFixed(2)} seconds, ${doing}.`);
        this.end();
      }, seconds * 1000);
      this.#listener = (reply) => {
        clearTimeout(timer);
        this.#listener = undefined;
        this.#child.unref();
        resolve(reply);
      };
    });
  }

  #die(failure: string): void {
    running.delete(this.#child);
    if (!this.isAlive) return;
    this.isAlive = false;
    // In Lambda, too, the environment is the next request's, which fails.
    this.failsNext = this.#listener === undefined && this.#isLoaded;
    this.#last = { failure: (this.failsNext ? "It happened after the answer to an earlier request.\n" : "") + failure, console: [] };
    this.#listener?.(this.#last);
  }

  /** Why it ended, by what Node said at the end. */
  #reason(code: number | null): string {
    if (this.#printed.includes(OUT_OF_MEMORY)) return `It used more than ${MEMORY} MB of memory.`;
    const uncaught = UNCAUGHT.exec(this.#printed)?.[1];
    if (uncaught !== undefined) return (this.#isLoaded ? "" : "The file cannot be loaded.\n") + ofHandler(uncaught);
    if (code === UNSETTLED) return "The file cannot be loaded.\nWhat it awaits at its top level never comes.";
    return code === null ? "It ended its process by a signal." : `It ended the process with code ${code}. A function must not call process.exit.`;
  }
}

/** An error that nothing catches, as Node prints it. */
const UNCAUGHT = /^([^]*)\n\nNode\.js v\d[^\n]*\s*$/;
/** Node's exit code where nothing is left to do, and the main module still awaits something. */
const UNSETTLED = 13;

/** Without what Node's own files have to do with it. */
function ofHandler(printed: string): string {
  const lines = printed.replace(/^node:internal[^]*?\n *\^\n+/, "").split("\n");
  return lines.filter((line) => !/^ +at .*(?:handler-worker\.js|\(node:|at node:)/.test(line)).join("\n").trim();
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
