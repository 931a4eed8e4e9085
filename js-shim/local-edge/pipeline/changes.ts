/** What a function changed: a message before and after, compared. */
import { NOTE_HEADER } from "#dist/generated/names.js";
import type { HeaderLine } from "../message.js";

export interface Change {
  readonly kind: "set" | "changed" | "removed";
  readonly what: "path" | "query" | "status" | "origin" | "body" | "header";
  readonly name: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** A message of any kind, as a function may return it. */
interface Message {
  readonly uri?: string;
  readonly querystring?: string;
  readonly status?: string;
  readonly origin?: object;
  readonly body?: unknown;
  readonly headers?: Record<string, readonly HeaderLine[]>;
}

export function changesOf(before: Message, after: Message): Change[] {
  const changes: Change[] = [];
  const compare = (what: Change["what"], from: string | undefined, to: string | undefined, name: string = what): void => {
    if (from !== to) changes.push({ kind: from === undefined ? "set" : to === undefined ? "removed" : "changed", what, name, from, to });
  };
  compare("path", before.uri, after.uri);
  compare("query", before.querystring, after.querystring);
  compare("status", text(before.status), text(after.status));
  compare("origin", before.origin && JSON.stringify(before.origin), after.origin && JSON.stringify(after.origin));
  compare("body", shown(before.body), shown(after.body));
  const [old, now] = [before.headers ?? {}, after.headers ?? {}];
  const header = (name: string): void => {
    const [was, is] = [own(old, name), own(now, name)];
    const [from, to] = [linesOf(was), linesOf(is)];
    if (from !== to) compare("header", from, to, displayName(name, is ?? was));
  };
  for (const name of Object.keys(old)) header(name);
  for (const name of Object.keys(now)) if (!Object.hasOwn(old, name)) header(name);
  return changes;
}

/** The changes in a few words, without the note that Selvedge sends from stage to stage. */
export function decisionOf(changes: readonly Change[], answer?: Message): string {
  if (answer !== undefined) {
    const [location] = answer.headers?.["location"] ?? [];
    return `answers ${answer.status}${location ? ` → ${location.value}` : ""}`;
  }
  const parts = changes.filter(({ what }) => what !== "header").map(({ what, from, to }) => (what === "body" || what === "origin" ? `new ${what}` : `${what} ${from || "–"} → ${to || "–"}`));
  const headers = changes.filter(({ what, name }) => what === "header" && name.toLowerCase() !== NOTE_HEADER);
  const set = headers.filter(({ kind }) => kind !== "removed");
  const removed = headers.filter(({ kind }) => kind === "removed");
  const both = set.length > 1 && removed.length > 1;
  if (set.length > 0) parts.push(`sets ${set.length === 1 ? set[0]?.name : `${set.length}${both ? "" : " headers"}`}`);
  if (removed.length > 0) parts.push(`removes ${removed.length === 1 ? removed[0]?.name : `${removed.length} headers`}`);
  return parts.join(", ") || "unchanged";
}

/** A header may be called `__proto__`. */
function own(headers: Record<string, readonly HeaderLine[]>, name: string): readonly HeaderLine[] | undefined {
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}

function linesOf(lines: readonly HeaderLine[] | undefined): string | undefined {
  return lines?.length === 1 ? lines[0]?.value : lines?.map(({ value }) => value).join("\n");
}

function displayName(name: string, lines: readonly HeaderLine[] | undefined): string {
  return lines?.[0]?.key ?? name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

function text(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}

function shown(body: unknown): string | undefined {
  return typeof body === "object" && body !== null ? JSON.stringify(body) : text(body);
}
