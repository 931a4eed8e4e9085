/** Looks at every file of the folder: which are to be compressed, and what they hold now. */
import { setImmediate } from "node:timers/promises";
import { beginning, type Choice, contentIsChosen, nameIsChosen } from "./choice.js";
import { type Content, read } from "./file.js";
import { type Name, shown, systemPath } from "./name.js";
import { type FileProblem, reasonOf } from "./problem.js";
import { walk } from "./walk.js";

/** A file that is to be compressed. */
export type Original = Omit<Content, "bytes"> & { readonly bytes: number };

export interface Scan {
  readonly originals: ReadonlyMap<Name, Original>;
  readonly links: readonly Name[];
  readonly problems: FileProblem[];
  /** Whether nothing is known of a file, not even that it is gone. */
  isUnknown(name: Name): boolean;
}

/**
 * @param follow whether files outside count that links lead to
 * @param isOwn tells the files that are not part of the site
 */
export async function scan(folder: string, follow: boolean, choice: Choice, isOwn: (name: Name) => boolean, stop: AbortSignal): Promise<Scan> {
  const { files, links, closed } = await walk(folder, follow);
  const within = follow ? undefined : folder;
  const originals = new Map<Name, Original>();
  const unknown = new Set<Name>();
  const problems: FileProblem[] = [...closed].map(([name, error]) => ({ file: shown(name), message: reasonOf(error) }));
  for (const name of files) {
    stop.throwIfAborted();
    if (isOwn(name) || !nameIsChosen(name, choice)) continue;
    try {
      const path = systemPath(folder, name);
      const { head, size } = beginning(path, within);
      if (!contentIsChosen(name, head, size, choice)) continue;
      const { bytes, ...content } = read(path, within);
      originals.set(name, { ...content, bytes: bytes.length });
    } catch (error) {
      unknown.add(name);
      problems.push({ file: shown(name), message: reasonOf(error) });
    }
    // Lets a signal through.
    await setImmediate();
  }
  const isUnknown = (name: Name) => unknown.has(name) || [...closed.keys()].some((inner) => name.startsWith(`${inner}/`));
  return { originals, links, problems, isUnknown };
}
