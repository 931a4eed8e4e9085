/** What addresses answered before, so that a check that is run often asks them once in a while: a line of JSON for each. */
import { mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { TargetAnswer } from "#dist/tools/check.js";
import { InputError, systemError } from "../input-error.js";
import { writeAtomically } from "../write.js";

interface Line extends TargetAnswer {
  /** When it was asked, in milliseconds since 1970. */
  readonly time: number;
}

/** A file of ours begins so. */
const HEAD = '{"selvedge":"targets"}';

export class Cache {
  readonly #file: string;
  readonly #known = new Map<string, Line>();
  readonly #since: number;
  #isNew = false;

  /** @param age how old an answer may be, in milliseconds */
  constructor(file: string | undefined, age: number) {
    this.#file = file ?? join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "selvedge", "targets.jsonl");
    this.#since = Date.now() - age;
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      throw systemError(this.#file, error);
    }
    const [head, ...lines] = text.split("\n");
    if (head !== HEAD) throw new InputError("is not what --online keeps of answers", { where: this.#file, help: "name a file that is not there yet" });
    for (const line of lines) {
      const known = read(line);
      if (known !== undefined && known.time > this.#since && known.time <= Date.now()) this.#known.set(known.url, known);
    }
  }

  get(url: string): TargetAnswer | undefined {
    return this.#known.get(url);
  }

  /** What may be otherwise in a minute is not kept. */
  keep(answer: TargetAnswer): void {
    if (answer.status === 0 || answer.status >= 500) return;
    this.#known.set(answer.url, { ...answer, time: Date.now() });
    this.#isNew = true;
  }

  write(): void {
    if (!this.#isNew) return;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
    } catch (error) {
      throw systemError(dirname(this.#file), error);
    }
    writeAtomically(this.#file, [`${HEAD}\n`, ...[...this.#known.values()].map((line) => `${JSON.stringify(line)}\n`)], false);
  }
}

/** A line that was cut off, or that somebody changed, is one that is not there. */
function read(line: string): Line | undefined {
  try {
    const value = JSON.parse(line) as Partial<Line>;
    const isSound = typeof value.url === "string" && Number.isInteger(value.status) && typeof value.time === "number" && ["string", "undefined"].includes(typeof value.moved);
    return isSound ? (value as Line) : undefined;
  } catch {
    return undefined;
  }
}
