/**
 * One run at a time in a folder, and a journal of what it puts there: a run that is killed leaves the journal, and the next
 * knows what is its own.
 */
import { randomBytes } from "node:crypto";
import { closeSync, constants, linkSync, lstatSync, openSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { InputError, systemError } from "../input-error.js";
import type { Coding } from "./coding.js";
import type { Entry } from "./manifest.js";
import { type Name, systemPath } from "./name.js";

export const LOCK = ".selvedge-precompress.lock";
/** How the names of drafts end. */
export const DRAFT = ".selvedge-draft";
/** How often a run says that it lives, and after which silence it does not. In milliseconds. */
const [BEAT, SILENCE] = [5_000, 60_000];

/** A variant that is about to be put in place. */
export interface Note {
  readonly name: Name;
  readonly coding: Coding;
  readonly entry: Pick<Entry, "sha256" | "bytes" | "gzip9">;
  readonly by: string;
  readonly bytes: number;
  readonly sha256: string;
}

interface Holder {
  readonly process: number;
  readonly host: string;
  /** Part of the names of its drafts. */
  readonly token: string;
}

export class Lock {
  /** What a run that was killed has put in place. */
  readonly left: readonly Note[];
  readonly #file: string;
  readonly #folder: string;
  readonly #token: string;
  readonly #beat: NodeJS.Timeout;
  #drafts = 0;

  private constructor(folder: string, token: string, left: readonly Note[]) {
    this.left = left;
    this.#folder = folder;
    this.#file = join(folder, LOCK);
    this.#token = token;
    this.#beat = setInterval(() => this.#live(), BEAT);
    this.#beat.unref();
  }

  /** @throws InputError where another run is at work, or the folder cannot be written to */
  static take(folder: string): Lock {
    const file = join(folder, LOCK);
    const holder: Holder = { process: process.pid, host: hostname(), token: randomBytes(8).toString("hex") };
    const left: Note[] = [];
    for (;;) {
      try {
        const descriptor = openSync(file, "wx");
        // The journal of a run that was killed stays until this run has written its manifest.
        write(file, descriptor, [holder, ...left]);
        return new Lock(folder, holder.token, left);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw systemError(folder, error);
      }
      left.push(...takeOver(file, folder));
    }
  }

  /** Writes into the journal what is about to be put in place, and tells where to write it before that. */
  announce(note: Note): Buffer {
    const draft = this.#drafts++;
    append(this.#file, `${JSON.stringify({ ...note, draft })}\n`);
    return draftPath(this.#folder, note.name, this.#token, draft);
  }

  /** Ends the run. With `keep` the journal stays for the next: the manifest could not be written. */
  release(keep: boolean): void {
    clearInterval(this.#beat);
    if (!keep) rmSync(this.#file, { force: true });
  }

  #live(): void {
    try {
      const now = new Date();
      utimesSync(this.#file, now, now);
    } catch {
      // Somebody removed it; the manifest is written all the same.
    }
  }
}

/** Not where a link leads that somebody has put in its place. */
function append(file: string, line: string): void {
  const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_WRONLY } = constants;
  const descriptor = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o666);
  try {
    writeFileSync(descriptor, line);
  } finally {
    closeSync(descriptor);
  }
}

function write(file: string, descriptor: number, all: readonly object[]): void {
  try {
    writeFileSync(descriptor, all.map((line) => `${JSON.stringify(line)}\n`).join(""));
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function draftPath(folder: string, name: Name, token: string, number: number): Buffer {
  return systemPath(folder, `${name.slice(0, name.lastIndexOf("/") + 1)}.${token}-${number}${DRAFT}`);
}

/** Removes the lock of a run that has ended, with its drafts, and tells what it had put in place. */
function takeOver(file: string, folder: string): Note[] {
  let text: string;
  let age: number;
  try {
    text = readFileSync(file, "utf8");
    age = Date.now() - lstatSync(file).mtimeMs;
  } catch (error) {
    // Released in between.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw systemError(file, error);
  }
  const [holder, ...notes] = lines(text) as unknown as [Holder | undefined, ...(Note & { draft: number })[]];
  if (age < SILENCE && (holder === undefined || lives(holder))) {
    const who = holder === undefined ? "another run" : `another run (process ${holder.process} on ${holder.host})`;
    throw new InputError(`${who} is at work in this folder`, { where: folder, help: `wait for it; if there is none, remove ${file}` });
  }
  const aside = `${file}.${randomBytes(4).toString("hex")}`;
  try {
    renameSync(file, aside);
    // Whoever came first may hold the place already: then it was theirs that was moved, and goes back.
    if (lines(readFileSync(aside, "utf8"))[0]?.["token"] !== holder?.token) {
      linkSync(aside, file);
      return [];
    }
  } catch (error) {
    if (["ENOENT", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw systemError(file, error);
  } finally {
    rmSync(aside, { force: true });
  }
  for (const { name, draft } of notes) {
    if (holder) rmSync(draftPath(folder, name, holder.token, draft), { force: true });
  }
  return notes;
}

/** Whole lines only: the last may be cut. */
function lines(text: string): Record<string, unknown>[] {
  const whole = text.split("\n").slice(0, -1);
  return whole.flatMap((line) => {
    try {
      return [JSON.parse(line) as Record<string, unknown>];
    } catch {
      return [];
    }
  });
}

/** Whether the process is there; of another machine only its silence tells. */
function lives({ process: id, host }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
