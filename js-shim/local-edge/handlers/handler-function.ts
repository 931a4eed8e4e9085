/** A user's handler in processes of its own: what hangs, leaks, exits or returns garbage takes nothing else with it. */
import { statSync } from "node:fs";
import { nodeArguments } from "../../cli/typescript.js";
import type { Event } from "../message.js";
import type { Called, EdgeFunction } from "./function.js";
import { HandlerProcess } from "./handler-process.js";

/** How many calls run at once, each in a process of its own, as each has an environment of its own in Lambda. */
const MAX_PROCESSES = 4;

export interface HandlerOptions {
  readonly file: string;
  readonly name: string;
  readonly refusesCallbacks: boolean;
  /** Told once for each load. */
  readonly onCallback?: (() => void) | undefined;
}

export class HandlerFunction implements EdgeFunction {
  readonly name: string;
  readonly #idle: HandlerProcess[] = [];
  readonly #waiting: ((process: HandlerProcess) => void)[] = [];
  #processes = 0;
  #closed = false;

  constructor(readonly options: HandlerOptions) {
    this.name = options.file;
  }

  async call(event: Event, seconds: number): Promise<Called> {
    const missing = this.#cannotLoad();
    if (missing !== undefined) return { failure: missing, console: [], milliseconds: 0 };
    const process = await this.#take();
    const called = await process.call(event, seconds);
    this.#release(process);
    return called;
  }

  close(): void {
    this.#closed = true;
    for (const process of this.#idle.splice(0)) process.end();
  }

  #cannotLoad(): string | undefined {
    const { file } = this.options;
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return `There is no file ${file}. Give the path of the handler to --handler.`;
    if (nodeArguments(file) !== undefined) return undefined;
    return `Node ${process.version} does not load TypeScript: ${file}. Use Node 22.18 or later, or npm install --save-dev tsx, or write it in JavaScript.`;
  }

  async #take(): Promise<HandlerProcess> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#processes < MAX_PROCESSES) {
      this.#processes += 1;
      return new HandlerProcess(this.options);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #release(process: HandlerProcess): void {
    if (this.#closed) return process.end();
    const next = this.#waiting.shift();
    const fit = process.isAlive || process.failsNext ? process : next && new HandlerProcess(this.options);
    if (fit === undefined) this.#processes -= 1;
    else if (next !== undefined) next(fit);
    else this.#idle.push(fit);
  }
}
