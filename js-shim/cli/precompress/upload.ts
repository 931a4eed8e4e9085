/** A script that uploads the folder to S3, each object with its headers, in few calls of `aws s3 sync`. */
import { dirname, relative, resolve } from "node:path";
import type { Metadata } from "./metadata.js";
import { type Name, utf8 } from "./name.js";
import { SKIPPED, type SiteFiles } from "./walk.js";
import { printable } from "../printable.js";

/** So many filters go into one call: a command has a length. */
const MAX_FILTERS = 400;

/**
 * By itself `aws s3 sync` follows every link, and takes every folder: what is not part of the site is forbidden in each call, since
 * filters by ending would take it, and since it may come after the script was made.
 *
 * @param walked all that lies in the folder, what is not uploaded too
 * @param file where the script will be
 */
export function script(objects: readonly Metadata[], { files, followed, closed }: SiteFiles, folder: string, file: string): string {
  const from = relative(dirname(resolve(file)), folder) || ".";
  // The script itself, which need not be there yet, where it is to be in the folder.
  const own = Buffer.from(relative(folder, resolve(file))).toString("latin1");
  const names = own.startsWith("../") ? files : [...files, own];
  const calls = groups(objects).flatMap((group) => callsOf(group, names, followed));
  const excluded = [...[...SKIPPED].flatMap((name) => [`${name}/*`, `*/${name}/*`]), ...[...closed.keys()].map((name) => `${literal(name)}/*`)];
  return `#!/bin/sh
# Uploads the site to S3, each object with its Content-Type, Content-Encoding and Cache-Control.
# Made by \`selvedge precompress --metadata\`. What is new comes first, pages last; nothing is removed.
#
# Usage: sh ${quoted(printable(file.slice(file.lastIndexOf("/") + 1)))} s3://bucket[/prefix] [options for aws s3 sync]
#
# "sync" leaves alone what is there with the same size and is newer than the file. After a change of headers alone, set
# UPLOAD="cp --recursive", which writes all of it again.
set -eu
to=\${1:?usage: sh SCRIPT s3://bucket[/prefix] [options for aws s3 sync]}
to=\${to%/}
shift
cd "$(dirname "$0")"/${quoted(from)}

# upload LINKS TYPE CACHE ENCODING FILTERS
upload() {
  links=$1 type=$2 cache=$3 encoding=$4
  shift 4
  # UPLOAD and OPTIONS are split at blanks, on purpose.
  # shellcheck disable=SC2086
  aws s3 \${UPLOAD:-sync} . "$to" "$links" --exclude '*' "$@" ${excluded.map((filter) => `--exclude ${quoted(filter)}`).join(" ")} --content-type "$type" --cache-control "$cache" \${encoding:+--content-encoding "$encoding"} $OPTIONS
}
OPTIONS=$*

${calls.join("\n")}
`;
}

/** Objects with the same headers, in the order of the first of each. */
function groups(objects: readonly Metadata[]): Metadata[][] {
  const byHeaders = new Map<string, Metadata[]>();
  for (const object of objects) {
    const headers = JSON.stringify([object.contentType, object.cacheControl, object.contentEncoding]);
    const group = byHeaders.get(headers);
    if (group === undefined) byHeaders.set(headers, [object]);
    else group.push(object);
  }
  return [...byHeaders.values()];
}

/** Links are followed where they are named one by one, and never together with a filter that takes more. */
function callsOf(group: readonly Metadata[], names: readonly Name[], followed: ReadonlySet<Name>): string[] {
  const [{ contentType, contentEncoding = "", cacheControl }] = group as [Metadata];
  const all = group.map(({ name }) => name);
  const plain = filtersOf(new Set(all.filter((name) => !followed.has(name))), names.filter((name) => !followed.has(name)));
  const links = all.filter((name) => followed.has(name)).map(literal);
  const calls: string[] = [];
  for (const [option, filters] of [["--no-follow-symlinks", plain], ["--follow-symlinks", links]] as const) {
    for (let at = 0; at < filters.length; at += MAX_FILTERS) {
      const words = filters.slice(at, at + MAX_FILTERS).flatMap((filter) => ["--include", quoted(filter)]);
      calls.push(["upload", option, ...[contentType, cacheControl, contentEncoding].map(quoted), ...words].join(" "));
    }
  }
  return calls;
}

/** What names these files and no others: endings, endings in a folder at the top, and single files. */
function filtersOf(wanted: ReadonlySet<Name>, names: readonly Name[]): string[] {
  const others = names.filter((name) => !wanted.has(name));
  const filters: string[] = [];
  let left = [...wanted];
  for (const folderOf of [() => "", topOf]) {
    const known = new Map(left.map((name): [string, readonly [string, string]] => [`${folderOf(name)}\n${endingOf(name)}`, [folderOf(name), endingOf(name)]]));
    for (const [folder, ending] of known.values()) {
      const takes = (name: Name): boolean => name.startsWith(folder) && name.endsWith(ending);
      if (ending === "" || others.some(takes)) continue;
      filters.push(`${literal(folder)}*${literal(ending)}`);
      left = left.filter((name) => !takes(name));
    }
  }
  return [...filters, ...left.map(literal)];
}

/** `.js`, and of what was made of another file both: `.js.br`. Empty where there is none. */
function endingOf(name: Name): string {
  return /(?:\.\w+)?\.(?:br|gz|map|zst)$|\.\w+$/.exec(name.slice(name.lastIndexOf("/") + 1))?.[0] ?? "";
}

/** `assets/` */
function topOf(name: Name): string {
  return name.slice(0, name.indexOf("/") + 1);
}

/** A filter is a pattern in which `*`, `?` and `[` mean more. */
function literal(name: Name): string {
  return utf8(name).replace(/[*?[]/g, "[$&]");
}

/** A word for the shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
