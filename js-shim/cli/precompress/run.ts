/**
 * One run over a folder: look at every file, take away what is stale, make what is missing, and write down what there is.
 *
 * At every moment the manifest lists nothing that could not be served: stale variants leave it before they are removed, and
 * new ones come into it when they are in place. What is not of ours, by name and hash, is never touched.
 */
import { lstatSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { systemError } from "../input-error.js";
import { writeAtomically } from "../write.js";
import type { Choice } from "./choice.js";
import { type Coding, maker, SUFFIX } from "./coding.js";
import { isUnchanged, place, sha256 } from "./file.js";
import { isOurs, isWorth, judge, type Verdict } from "./judge.js";
import { Lock } from "./lock.js";
import { type Entries, type Entry, MANIFEST, readManifest, type Sizes, textOf, type Variant } from "./manifest.js";
import { extension, type Name, shown, systemPath } from "./name.js";
import { isOwnFile } from "./own.js";
import { runAll } from "./pool.js";
import { type FileProblem, reasonOf } from "./problem.js";
import { type Original, scan } from "./scan.js";
import type { Result } from "./worker.js";

export interface Settings {
  readonly folder: string;
  /** Where the manifest is, if not in the folder. */
  readonly manifest: string | undefined;
  /** A script or list that is written later, and is not part of the site. */
  readonly metadata: string | undefined;
  /** The URL path of the folder, without its last slash. */
  readonly base: string;
  readonly choice: Choice;
  readonly codings: readonly Coding[];
  readonly iterations: number;
  readonly minGain: number;
  readonly jobs: number;
  /** Whether links that lead out of the folder are followed, and what is written goes where they lead. */
  readonly followLinks: boolean;
}

export interface Outcome {
  readonly manifest: string;
  readonly originals: ReadonlyMap<Name, Original>;
  readonly entries: Entries;
  /** What may be served. */
  readonly files: ReadonlyMap<Name, Sizes>;
  readonly links: readonly Name[];
  readonly problems: FileProblem[];
  /** Variants by what became of them; with `check`, by what would. */
  readonly made: string[];
  readonly removed: string[];
  /** Why the run ended early. */
  readonly stopped: unknown;
}

/** What is told while it runs. */
export interface Watcher {
  /** `work` is in bytes, weighed by how long a coding takes. */
  begin(all: { readonly files: number; readonly bytes: number; readonly work: number }): void;
  /** `bytes` where a file is done in all its codings. */
  done(work: number, bytes: number | undefined): void;
}

interface Task extends Original {
  readonly name: Name;
  readonly coding: Coding;
  readonly replace: boolean;
  readonly path: Buffer;
  readonly within: string | undefined;
  readonly extension: string;
  readonly iterations: number;
}

/** Compresses what has to be. @throws InputError where nothing can be done at all */
export async function precompress(settings: Settings, stop: AbortSignal, watcher: Watcher): Promise<Outcome> {
  const folder = folderOf(settings.folder);
  const lock = Lock.take(folder);
  // Whether the journal tells more than the manifest.
  let journal = lock.left.length > 0;
  try {
    const run = await Run.look(folder, settings, lock.left, stop);
    journal = true;
    try {
      run.removeStale();
      await run.make(lock, stop, watcher);
    } catch (error) {
      run.stopped = error;
    }
    run.record();
    journal = false;
    return run;
  } finally {
    lock.release(journal);
  }
}

/** What a run would do. */
export async function check(settings: Settings, stop: AbortSignal): Promise<Outcome> {
  const run = await Run.look(folderOf(settings.folder), settings, [], stop);
  run.foresee();
  return run;
}

function folderOf(folder: string): string {
  try {
    const path = realpathSync(folder);
    if (lstatSync(path).isDirectory()) return path;
  } catch (error) {
    throw systemError(folder, error);
  }
  throw systemError(folder, { code: "ENOTDIR", message: "" });
}

class Run implements Outcome {
  readonly manifest: string;
  readonly originals = new Map<Name, Original>();
  readonly entries: Entries = new Map();
  readonly files = new Map<Name, Sizes>();
  readonly links: readonly Name[];
  readonly problems: FileProblem[];
  readonly made: string[] = [];
  readonly removed: string[] = [];
  stopped: unknown;
  readonly #folder: string;
  readonly #settings: Settings;
  /** What the last run recorded of what is to be removed. */
  readonly #stale: { readonly name: Name; readonly coding: Coding; readonly variant: Variant; readonly entry: Entry }[] = [];
  readonly #tasks: Task[] = [];

  private constructor(folder: string, manifest: string, settings: Settings, problems: FileProblem[], links: readonly Name[]) {
    this.#folder = folder;
    this.#settings = settings;
    this.manifest = manifest;
    this.problems = problems;
    this.links = links;
  }

  /** Looks at the folder and decides; nothing is changed yet. */
  static async look(folder: string, settings: Settings, left: Lock["left"], stop: AbortSignal): Promise<Run> {
    const manifest = settings.manifest ?? join(folder, MANIFEST);
    const before = readManifest(manifest);
    for (const { name, coding, entry, by, bytes, sha256 } of left) {
      const known = before.get(name);
      const variants = known?.sha256 === entry.sha256 ? known.variants : {};
      before.set(name, { ...entry, variants: { ...variants, [coding]: { by, bytes, sha256 } } });
    }
    const found = await scan(folder, settings.followLinks, settings.choice, (name) => isOwnFile(name, folder, [manifest, ...(settings.metadata === undefined ? [] : [settings.metadata])]), stop);
    const run = new Run(folder, manifest, settings, found.problems, found.links);
    for (const [name, original] of found.originals) run.#judge(name, original, before.get(name));
    for (const [name, entry] of before) {
      if (found.originals.has(name)) continue;
      if (found.isUnknown(name)) run.entries.set(name, entry);
      else run.#drop(name, entry, Object.keys(entry.variants) as Coding[]);
    }
    return run;
  }

  #judge(name: Name, original: Original, entry: Entry | undefined): void {
    this.originals.set(name, original);
    const { codings, iterations } = this.#settings;
    const current = entry?.sha256 === original.sha256 ? entry : undefined;
    const variants: { [coding in Coding]?: Variant } = {};
    const sizes: Sizes = { identity: original.bytes };
    for (const coding of codings) {
      const verdict = judge(this.#folder, name, coding, original, entry, this.#settings);
      this.#follow(verdict, name, coding, entry, variants, sizes);
      if (verdict.do !== "make") continue;
      const path = systemPath(this.#folder, name);
      const within = this.#settings.followLinks ? undefined : this.#folder;
      this.#tasks.push({ ...original, name, coding, replace: verdict.replace, path, within, extension: extension(name), iterations });
    }
    if (entry) this.#drop(name, entry, (Object.keys(entry.variants) as Coding[]).filter((coding) => !codings.includes(coding)));
    const gzip9 = current?.gzip9 === undefined ? {} : { gzip9: current.gzip9 };
    this.entries.set(name, { sha256: original.sha256, bytes: original.bytes, ...gzip9, variants });
    this.files.set(name, sizes);
  }

  #follow(verdict: Verdict, name: Name, coding: Coding, entry: Entry | undefined, variants: { [coding in Coding]?: Variant }, sizes: Sizes): void {
    const old = entry?.variants[coding];
    switch (verdict.do) {
      case "keep":
        variants[coding] = verdict.variant;
        if (verdict.variant.sha256 !== undefined) sizes[coding] = verdict.variant.bytes;
        break;
      case "make":
        if (verdict.stale && old && entry) this.#stale.push({ name, coding, variant: old, entry });
        // Until it is replaced, the one that was made otherwise is right as well.
        if (verdict.replace && old) {
          variants[coding] = old;
          sizes[coding] = old.bytes;
        }
        break;
      case "remove":
        if (old && entry) this.#stale.push({ name, coding, variant: old, entry });
        if (verdict.variant) variants[coding] = verdict.variant;
        break;
      case "leave":
        if (verdict.valid === true) sizes[coding] = verdict.bytes;
        if (verdict.valid === false) this.problems.push({ file: shown(name + SUFFIX[coding]), message: notOurs(name, coding) });
        break;
      case "nothing":
    }
  }

  /** What is ours goes; what is not stays, and is no longer known. */
  #drop(name: Name, entry: Entry, codings: readonly Coding[]): void {
    for (const coding of codings) {
      const variant = entry.variants[coding];
      if (variant && isOurs(systemPath(this.#folder, name + SUFFIX[coding]), variant)) this.#stale.push({ name, coding, variant, entry });
    }
  }

  /** First it leaves the manifest, but for the record that it is ours; then the folder. */
  removeStale(): void {
    if (this.#stale.length === 0) return;
    const record: Entries = new Map(this.entries);
    for (const { name, coding, variant, entry } of this.#stale) {
      const { variants, ...known } = record.get(name) ?? { ...entry, variants: {} };
      // Under the old hash: should this be the end, the next run takes it for stale again.
      record.set(name, { ...known, sha256: entry.sha256, variants: { ...variants, [coding]: variant } });
    }
    this.#write(record);
    for (const { name, coding, variant } of this.#stale) {
      const path = systemPath(this.#folder, name + SUFFIX[coding]);
      if (!isOurs(path, variant)) continue;
      try {
        rmSync(path);
        this.removed.push(shown(name + SUFFIX[coding]));
      } catch (error) {
        this.problems.push({ file: shown(name + SUFFIX[coding]), message: reasonOf(error) });
        this.#keepRecord(name, coding, variant);
      }
    }
  }

  /** It could not be removed: it stays ours. */
  #keepRecord(name: Name, coding: Coding, variant: Variant): void {
    const stale = this.#stale.find((it) => it.name === name && it.coding === coding);
    const entry = this.entries.get(name) ?? (stale && { ...stale.entry, variants: {} });
    if (entry) this.entries.set(name, { ...entry, variants: { ...entry.variants, [coding]: variant } });
  }

  /** Makes what is missing, the longest work first, so that no worker is left alone with it at the end. */
  async make(lock: Lock, stop: AbortSignal, watcher: Watcher): Promise<void> {
    const tasks = this.#tasks.sort((one, other) => work(other) - work(one));
    const open = new Map<Name, number>();
    for (const { name } of tasks) open.set(name, (open.get(name) ?? 0) + 1);
    const bytes = [...open.keys()].reduce((sum, name) => sum + (this.originals.get(name)?.bytes ?? 0), 0);
    watcher.begin({ files: open.size, bytes, work: tasks.reduce((sum, task) => sum + work(task), 0) });
    await runAll(tasks, this.#settings.jobs, stop, (task, result) => {
      this.#finish(task, result, lock);
      const rest = (open.get(task.name) ?? 1) - 1;
      open.set(task.name, rest);
      watcher.done(work(task), rest === 0 ? task.bytes : undefined);
    });
  }

  #finish(task: Task, result: Result, lock: Lock): void {
    const { name, coding } = task;
    if ("problem" in result) {
      this.#report(name, result.problem);
      return;
    }
    if (!isUnchanged(task)) {
      this.#report(name, "changes while at work");
      return;
    }
    const { bytes, gzip9 } = result;
    const by = maker(coding, this.#settings.iterations);
    const entry = this.entries.get(name);
    if (entry === undefined) return;
    const noted: Entry = gzip9 === undefined ? entry : { ...entry, gzip9 };
    const keep = isWorth(bytes.length, task.bytes, this.#settings.minGain);
    const variant: Variant = keep ? { by, bytes: bytes.length, sha256: sha256(bytes) } : { by, bytes: bytes.length };
    if (keep && !this.#place(task, bytes, noted, variant, lock)) return;
    const path = systemPath(this.#folder, name + SUFFIX[coding]);
    if (!keep && task.replace && isOurs(path, entry.variants[coding])) rmSync(path);
    this.entries.set(name, { ...noted, variants: { ...noted.variants, [coding]: variant } });
    const { [coding]: _, ...others } = this.files.get(name) ?? {};
    this.files.set(name, keep ? { ...others, [coding]: bytes.length } : others);
  }

  /** @throws what the disk says: without room for one there is none for the next */
  #place(task: Task, bytes: Uint8Array, entry: Entry, variant: Variant, lock: Lock): boolean {
    const { name, coding, replace } = task;
    const target = systemPath(this.#folder, name + SUFFIX[coding]);
    const { sha256, bytes: size, gzip9 } = entry;
    const draft = lock.announce({
      name,
      coding,
      entry: gzip9 === undefined ? { sha256, bytes: size } : { sha256, bytes: size, gzip9 },
      by: variant.by,
      bytes: variant.bytes,
      sha256: variant.sha256 ?? "",
    });
    try {
      if (!place(draft, target, bytes, task, replace && isOurs(target, this.entries.get(name)?.variants[coding]))) {
        this.problems.push({ file: shown(name + SUFFIX[coding]), message: "somebody else made it meanwhile" });
        return false;
      }
    } catch (error) {
      if (["ENOSPC", "EDQUOT", "EROFS", "EIO"].includes((error as NodeJS.ErrnoException).code ?? "")) throw systemError(shown(name + SUFFIX[coding]), error);
      this.#report(name, reasonOf(error));
      return false;
    }
    this.made.push(shown(name + SUFFIX[coding]));
    return true;
  }

  /** One word about a file is enough, whatever the coding. */
  #report(name: Name, message: string): void {
    const file = shown(name);
    if (!this.problems.some((problem) => problem.file === file && problem.message === message)) this.problems.push({ file, message });
  }

  record(): void {
    this.#write(this.entries);
  }

  /** What would be made and removed, and whether the manifest tells the truth. */
  foresee(): void {
    for (const { name, coding } of this.#tasks) this.made.push(shown(name + SUFFIX[coding]));
    for (const { name, coding } of this.#stale) this.removed.push(shown(name + SUFFIX[coding]));
    if (this.made.length === 0 && this.removed.length === 0 && textOf(this.files, this.entries, this.#settings.base) !== this.#current()) {
      this.problems.push({ file: this.manifest, message: "is out of date" });
    }
  }

  #write(record: Entries): void {
    const text = textOf(this.files, record, this.#settings.base);
    if (text !== this.#current()) writeAtomically(this.manifest, text, this.#settings.followLinks);
  }

  #current(): string | undefined {
    try {
      return readFileSync(this.manifest, "utf8");
    } catch {
      return undefined;
    }
  }
}

function notOurs(name: Name, coding: Coding): string {
  return `is not the ${coding} form of ${shown(name)}, and selvedge did not make it: remove it, or add --exclude`;
}

/** About how long it takes, in bytes of Brotli's speed: measured on scripts. */
function work({ bytes, coding, iterations }: Task): number {
  const factor = coding === "gzip" ? 1.1 + iterations / 22 : coding === "br" ? 1 : 0.5;
  return Math.ceil(bytes * factor);
}

