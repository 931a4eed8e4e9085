/** Tells when files of the user's change. */
import { realpathSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import { dependenciesOf } from "../cli/dependencies.js";

/** What lies in the folder of a handler and is not its source. */
const IGNORED = new Set(["node_modules", ".git", "target", ".cache"]);
/** What Node loads as modules, and data that modules read. A log that is written there must not reload anything. */
const SOURCE = /\.(?:[cm]?[jt]s|json|jsonc|wasm)$/;
/** Editors write a file in several steps. */
const QUIET_MILLISECONDS = 60;

export interface Watched {
  /** Single files, and folders of what was built. */
  readonly files: readonly string[];
  /** Files that are watched with all that they import, and with their folders: they may read what lies there. */
  readonly modules: readonly string[];
  /** A folder in which it matters which files there are. */
  readonly site?: string | undefined;
}

/**
 * @param watched what to watch: asked anew after each change, which may bring other files with it
 * @returns how to stop
 */
export function watchFiles(watched: () => Watched, changed: (files: readonly string[]) => void): () => Promise<void> {
  let known = pathsOf(watched());
  const found = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const watcher: FSWatcher = watch([...known.all], { ignoreInitial: true, followSymlinks: false, ignored: (path) => path.split(sep).some((part) => IGNORED.has(part)) && !known.all.has(path) });
  watcher.on("all", (event, path) => {
    if (event.endsWith("Dir") || !isMeant(known, event, path)) return;
    found.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const list = [...found];
      found.clear();
      changed(list);
      const before = known.all;
      known = pathsOf(watched());
      watcher.add([...known.all].filter((path) => !before.has(path)));
    }, QUIET_MILLISECONDS);
  });
  watcher.on("error", () => undefined);
  return async () => {
    clearTimeout(timer);
    await watcher.close();
  };
}

interface Paths {
  readonly files: ReadonlySet<string>;
  /** Folders of modules. */
  readonly folders: readonly string[];
  readonly site: string | undefined;
  readonly all: ReadonlySet<string>;
}

function pathsOf({ files, modules, site }: Watched): Paths {
  // A link that leads elsewhere is a change as well.
  const single = new Set([...files, ...modules.flatMap(dependenciesOf), ...(site === undefined ? [] : [site])].flatMap((file) => [resolve(file), real(file)]));
  const folders = [...new Set(modules.map((file) => dirname(real(file))))];
  const folder = site === undefined ? undefined : real(site);
  return { files: single, folders, site: folder, all: new Set([...single, ...folders, ...(folder === undefined ? [] : [folder])]) };
}

/** Links inside a folder are not followed: one may lead to all files of the machine. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

function isMeant({ files, folders, site }: Paths, event: string, path: string): boolean {
  if (files.has(path)) return true;
  if (SOURCE.test(path) && [...folders, ...files].some((folder) => path.startsWith(folder + sep))) return true;
  return site !== undefined && event !== "change" && path.startsWith(site + sep);
}
