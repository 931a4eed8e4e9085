/** The files of a folder, by the bytes of their names. */
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { isWithin } from "./file.js";
import { type Name, systemPath } from "./name.js";

/** Folders that are tools', not the site's. */
export const SKIPPED: ReadonlySet<string> = new Set([".git", ".hg", ".svn", "node_modules"]);

export interface SiteFiles {
  readonly files: Name[];
  /** Those of them that are links. */
  readonly followed: Set<Name>;
  /** Links that are not followed, or lead nowhere. */
  readonly links: Name[];
  /** Folders that could not be looked into, and why. */
  readonly closed: Map<Name, NodeJS.ErrnoException>;
}

/**
 * Links to files of the folder count as files: they are served under their own names. Those that lead out of it would put
 * what somebody else keeps there into the site; only with `follow` they count, too. Links to folders are not followed: they
 * may be a circle.
 */
export async function walk(folder: string, follow: boolean): Promise<SiteFiles> {
  const found: SiteFiles = { files: [], followed: new Set(), links: [], closed: new Map() };
  const open: Name[] = [""];
  for (let inner = open.pop(); inner !== undefined; inner = open.pop()) {
    let entries: Dirent[];
    try {
      // The types know no Dirent of bytes: `name` is a Buffer.
      entries = (await readdir(systemPath(folder, inner), { withFileTypes: true, encoding: "buffer" as BufferEncoding })) as Dirent[];
    } catch (error) {
      if (inner === "") throw error;
      found.closed.set(inner, error as NodeJS.ErrnoException);
      continue;
    }
    for (const entry of entries) {
      const last = (entry.name as unknown as Buffer).toString("latin1");
      const name = inner === "" ? last : `${inner}/${last}`;
      if (entry.isDirectory()) {
        if (!SKIPPED.has(last)) open.push(name);
      } else if (entry.isFile()) {
        found.files.push(name);
      } else if (entry.isSymbolicLink()) {
        const path = systemPath(folder, name);
        const counts = (await leadsToFile(path)) && (follow || isWithin(path, folder));
        (counts ? found.files : found.links).push(name);
        if (counts) found.followed.add(name);
      }
    }
  }
  found.files.sort();
  found.links.sort();
  return found;
}

async function leadsToFile(path: Buffer): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
