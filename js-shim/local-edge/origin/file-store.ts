/**
 * The files of a folder by the paths of URLs. A path is a name: nothing in it climbs, and no link leads out. The folder may be
 * a whole project, and a page of another site whose name leads to this machine may ask for anything: what is hidden, such as
 * `.env` and `.git`, is not there.
 */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { readFile, realpath } from "node:fs/promises";
import { join, resolve, sep } from "node:path";

export interface Stored {
  readonly bytes: Buffer;
  readonly modified: Date;
  /** With its quotes, as S3 makes it: MD5 of the content. */
  readonly etag: string;
}

/** The one hidden name that a site publishes (RFC 8615). */
const WELL_KNOWN = ".well-known";

/** How many entity tags are remembered. */
const MAX_TAGS = 2000;

export class FileStore {
  readonly #folder: string;
  readonly #tags = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  get folder(): string {
    return this.#folder;
  }

  /** The file of a path, or `undefined` where a bucket would have no key of this name. */
  async read(path: string): Promise<Stored | undefined> {
    const file = this.fileOf(path);
    if (file === undefined) return undefined;
    try {
      const [root, real] = await Promise.all([realpath(this.#folder), realpath(file)]);
      if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
      const found = statSync(real);
      if (!found.isFile()) return undefined;
      const bytes = await readFile(real);
      return { bytes, modified: found.mtime, etag: this.#tagOf(`${real}\0${found.mtimeMs}\0${found.size}`, bytes) };
    } catch (error) {
      if (ABSENT.has((error as NodeJS.ErrnoException).code ?? "")) return undefined;
      throw error;
    }
  }

  /** Tells later whether a file, or that there is none, is no longer as it is now. */
  watch(path: string): () => boolean {
    const file = this.fileOf(path);
    const state = (): string => {
      try {
        const found = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
        return found === undefined ? "" : `${found.mtimeMs} ${found.size}`;
      } catch {
        return "";
      }
    };
    const now = state();
    return () => state() !== now;
  }

  fileOf(path: string): string | undefined {
    let key: string;
    try {
      key = decodeURIComponent(path);
    } catch {
      return undefined;
    }
    const bad = (segment: string, at: number): boolean => (segment === "" && at > 0) || (segment.startsWith(".") && segment !== WELL_KNOWN);
    if (!key.startsWith("/") || /[\0\\]/.test(key) || key.split("/").some(bad)) return undefined;
    return join(this.#folder, key);
  }

  #tagOf(state: string, bytes: Buffer): string {
    const known = this.#tags.get(state);
    if (known !== undefined) return known;
    const tag = `"${createHash("md5").update(bytes).digest("hex")}"`;
    if (this.#tags.size >= MAX_TAGS) this.#tags.clear();
    this.#tags.set(state, tag);
    return tag;
  }
}

const ABSENT = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP", "EACCES", "EISDIR"]);
