/** Tells when files of the user's change. */
import { dirname, resolve, sep } from "node:path";
import { type FSWatcher, watch } from "chokidar";

/** What lies in the folder of a handler and is not its source. */
const IGNORED = new Set(["node_modules", ".git", "target", ".cache"]);
/** What Node loads as modules, and data that modules read. A log that is written there must not reload anything. */
const SOURCE = /\.(?:[cm]?[jt]s|json|jsonc|wasm)$/;
/** Editors write a file in several steps. */
const QUIET_MILLISECONDS = 60;

export interface Watched {
  /** Single files. */
  readonly files: readonly string[];
  /** Files whose folders are watched with them: what a module imports lies near it. */
  readonly modules: readonly string[];
}

/** @returns how to stop */
export function watchFiles({ files, modules }: Watched, changed: (files: readonly string[]) => void): () => Promise<void> {
  const paths = [...new Set([...files.map((file) => resolve(file)), ...modules.map((file) => dirname(resolve(file)))])];
  const watcher: FSWatcher = watch(paths, { ignoreInitial: true, ignored: (path) => path.split(sep).some((part) => IGNORED.has(part)) && !paths.includes(path) });
  const found = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  watcher.on("all", (event, path) => {
    if (event.endsWith("Dir") || !(paths.includes(path) || SOURCE.test(path))) return;
    found.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const list = [...found];
      found.clear();
      changed(list);
    }, QUIET_MILLISECONDS);
  });
  watcher.on("error", () => undefined);
  return async () => {
    clearTimeout(timer);
    await watcher.close();
  };
}
