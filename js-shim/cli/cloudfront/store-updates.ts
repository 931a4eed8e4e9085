/** What leads from one KeyValueStore to another, in batches that UpdateKeys takes. */
import { readFileSync } from "node:fs";
import { MAX_KEY, MAX_PAIR, MAX_STORE } from "#dist/generated/cloudfront-limits.js";
import { InputError, systemError } from "../input-error.js";
import { printable } from "../printable.js";

/** Keys of a batch. (Fifty pairs of the largest size are far below the 3 MB that it takes, too.) */
const MAX_KEYS = 50;

/** The members of `UpdateKeys` besides `KvsARN` and `IfMatch`. */
export interface Batch {
  readonly Puts?: readonly { readonly Key: string; readonly Value: string }[];
  readonly Deletes?: readonly { readonly Key: string }[];
}

export interface Updates {
  readonly puts: number;
  readonly deletes: number;
  readonly batches: readonly Batch[];
}

type Pairs = ReadonlyMap<string, string>;

/** The batches in their order: what is new or changed first, so that no redirect is missing meanwhile. */
export function updatesOf(before: Pairs, after: Pairs): Updates {
  const puts = [...after].filter(([key, value]) => before.get(key) !== value).map(([Key, Value]) => ({ Put: { Key, Value } }));
  const deletes = [...before.keys()].filter((key) => !after.has(key)).map((Key) => ({ Delete: { Key } }));
  const changes = [...puts, ...deletes];
  const batches: Batch[] = [];
  for (let at = 0; at < changes.length; at += MAX_KEYS) {
    const some = changes.slice(at, at + MAX_KEYS);
    const Puts = some.flatMap((change) => ("Put" in change ? [change.Put] : []));
    const Deletes = some.flatMap((change) => ("Delete" in change ? [change.Delete] : []));
    batches.push({ ...(Puts.length > 0 && { Puts }), ...(Deletes.length > 0 && { Deletes }) });
  }
  return { puts: puts.length, deletes: deletes.length, batches };
}

/** The pairs of a file: one that CloudFront imports, or what `list-keys` of the AWS command line prints. */
export function readPairs(file: string): Pairs {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw systemError(file, error);
  }
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw new InputError(`is not JSON: ${printable((error as Error).message)}`, { where: file });
  }
  const { data, Items } = (content ?? {}) as { readonly data?: unknown; readonly Items?: unknown };
  const rows = data ?? Items;
  if (!Array.isArray(rows)) {
    throw new InputError('is not a store: it has no list "data"', { where: file, help: "give a file of selvedge build --store, or what aws cloudfront-keyvaluestore list-keys prints" });
  }
  const pairs = new Map<string, string>();
  rows.forEach((row: unknown, at) => {
    const { key, value, Key = key, Value = value } = (row ?? {}) as Readonly<Record<string, unknown>>;
    const where = `${file}: ${data === undefined ? "Items" : "data"}[${at}]`;
    if (typeof Key !== "string" || typeof Value !== "string") throw new InputError('has no texts "key" and "value"', { where });
    if (pairs.has(Key)) throw new InputError(`has a key that is there before: ${printable(JSON.stringify(Key))}`, { where, help: "remove one of the two" });
    pairs.set(Key, Value);
  });
  return pairs;
}

/** Throws for what CloudFront would refuse. */
export function checkPairs(pairs: Pairs, file: string): void {
  let bytes = 0;
  for (const [key, value] of pairs) {
    const [ofKey, ofValue] = [Buffer.byteLength(key), Buffer.byteLength(value)];
    bytes += ofKey + ofValue;
    if (key === "" || ofKey > MAX_KEY) throw new InputError(`has a key of ${ofKey} bytes, and CloudFront takes 1 to ${MAX_KEY}: ${printable(JSON.stringify(key.slice(0, 60)))}`, { where: file });
    if (ofKey + ofValue > MAX_PAIR) throw new InputError(`has a key and a value of ${ofKey + ofValue} bytes, and CloudFront takes ${MAX_PAIR}: ${printable(JSON.stringify(key))}`, { where: file });
    if (!isText(key) || !isText(value)) throw new InputError(`has a key or a value that is not text: half a surrogate pair: ${printable(JSON.stringify(key))}`, { where: file });
  }
  if (bytes > MAX_STORE) throw new InputError(`has ${pairs.size} ${pairs.size === 1 ? "key" : "keys"} with ${bytes} bytes, and CloudFront takes ${MAX_STORE}`, { where: file, help: "leave some out" });
}

/** UTF-8 has no form for half a surrogate pair: another key would come of it. */
function isText(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
