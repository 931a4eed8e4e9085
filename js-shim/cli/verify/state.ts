/** What was asked before, so that a run that was interrupted goes on: a line of JSON for each address, written as it comes. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { InputError, systemError } from "../input-error.js";
import type { Result } from "./item.js";

/** Every line begins so, or is cut off before that. */
const HEAD = '{"against":';

export class State {
  readonly #file: string | undefined;
  readonly #known = new Map<string, Result>();
  readonly #against: string;

  /** @param file where the state is kept; without it nothing is */
  constructor(file: string | undefined, against: string) {
    this.#file = file;
    this.#against = against;
    if (file === undefined || !existsSync(file)) return;
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch (error) {
      throw systemError(file, error);
    }
    const lines = text.split("\n");
    if (!lines.every((line) => line.startsWith(HEAD) || HEAD.startsWith(line))) throw new InputError("is not the state of a run", { where: file, help: "name a file that is not there yet, or one that --resume wrote" });
    // The last line may have been cut off, and must not take the next one with it.
    if (text !== "" && !text.endsWith("\n")) this.#append("\n");
    for (const line of lines) {
      const found = read(line);
      if (found === undefined) continue;
      if (found.against !== against) throw new InputError(`is the state of a run against ${found.against}`, { where: file, help: "name another file, or remove this one" });
      this.#known.set(keyOf(found.result), found.result);
    }
  }

  get(item: { readonly from: string; readonly to?: string | undefined }): Result | undefined {
    return this.#known.get(keyOf(item));
  }

  /** Where there was no answer, it is asked again the next time. */
  keep(result: Result): void {
    if (result.outcome !== "error") this.#append(`${JSON.stringify({ against: this.#against, result })}\n`);
  }

  #append(text: string): void {
    if (this.#file === undefined) return;
    try {
      appendFileSync(this.#file, text, { mode: 0o600 });
    } catch (error) {
      throw systemError(this.#file, error);
    }
  }
}

function keyOf({ from, to = "" }: { readonly from: string; readonly to?: string | undefined }): string {
  return `${from}\n${to}`;
}

function read(line: string): { readonly against: string; readonly result: Result } | undefined {
  try {
    const value = JSON.parse(line) as { against?: unknown; result?: Partial<Result> };
    const { result } = value;
    const isSound = typeof value.against === "string" && typeof result?.from === "string" && typeof result.outcome === "string" && Array.isArray(result.hops) && Array.isArray(result.hints) && typeof result.final === "string" && typeof result.finalStatus === "number";
    return isSound ? (value as { against: string; result: Result }) : undefined;
  } catch {
    return undefined;
  }
}
