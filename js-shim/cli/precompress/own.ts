/** The files that selvedge keeps for itself in a folder. */
import { DRAFT, LOCK } from "./lock.js";
import { MANIFEST } from "./manifest.js";
import type { Name } from "./name.js";

/** @param others files elsewhere, by their system paths, which may be in the folder too */
export function isOwnFile(name: Name, folder: string, others: readonly string[]): boolean {
  return name === MANIFEST || name === LOCK || name.endsWith(DRAFT) || others.some((file) => Buffer.from(file).toString("latin1") === `${Buffer.from(folder).toString("latin1")}/${name}`);
}
