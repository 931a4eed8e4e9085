/** What has to be done about a variant: by the file, what the last run recorded, and what lies there. */
import { type Coding, isAvailable, isVariantOf, maker, SUFFIX } from "./coding.js";
import { exists, hashOf, read } from "./file.js";
import type { Entry, Variant } from "./manifest.js";
import { type Name, systemPath } from "./name.js";
import type { Original } from "./scan.js";

export type Verdict =
  /** All is as it should be; without a hash in the record, none was worth keeping. */
  | { readonly do: "keep"; readonly variant: Variant }
  /** `stale`: ours is there, of another content of the file, and has to go first. `replace`: ours is there, and right until then. */
  | { readonly do: "make"; readonly stale: boolean; readonly replace: boolean }
  /** Ours is there, and should not be. */
  | { readonly do: "remove"; readonly variant: Variant | undefined }
  /** Somebody else's is there, and is never touched. `valid`: it may be served. */
  | { readonly do: "leave"; readonly valid: boolean | undefined; readonly bytes: number }
  /** This Node cannot make it. */
  | { readonly do: "nothing" };

export interface Wanted {
  readonly iterations: number;
  /** In percent. */
  readonly minGain: number;
}

export function judge(folder: string, name: Name, coding: Coding, original: Original, entry: Entry | undefined, wanted: Wanted): Verdict {
  const path = systemPath(folder, name + SUFFIX[coding]);
  const variant = entry?.variants[coding];
  const there = exists(path);
  const ours = there && isOurs(path, variant);
  if (there && !ours) return leave(path, systemPath(folder, name), coding);

  const current = variant !== undefined && entry?.sha256 === original.sha256;
  if (current && (variant.by === maker(coding, wanted.iterations) || !isAvailable(coding))) {
    const worth = isWorth(variant.bytes, original.bytes, wanted.minGain);
    if (worth === ours) return { do: "keep", variant };
    if (ours) return { do: "remove", variant: { by: variant.by, bytes: variant.bytes } };
  }
  if (!isAvailable(coding)) return ours ? { do: "remove", variant: undefined } : { do: "nothing" };
  return { do: "make", stale: ours && !current, replace: ours && current };
}

/** Whether a file is the one that was written: same name, same content. */
export function isOurs(path: Buffer, variant: Variant | undefined): boolean {
  return variant?.sha256 !== undefined && hashOf(path) === variant.sha256;
}

export function isWorth(bytes: number, original: number, minGain: number): boolean {
  return bytes <= original * (1 - minGain / 100) && bytes < original;
}

function leave(path: Buffer, original: Buffer, coding: Coding): Verdict {
  try {
    const { bytes } = read(path);
    return { do: "leave", valid: isVariantOf(bytes, read(original).bytes, coding), bytes: bytes.length };
  } catch {
    return { do: "leave", valid: false, bytes: 0 };
  }
}
