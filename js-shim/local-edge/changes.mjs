// What a function changed: a message before and after, compared.

// Selvedge's own note from stage to stage is shown, but nobody's decision.
import { NOTE_HEADER as NOTE } from "../../pkg/dist/generated/names.js";

/** @returns `[{ kind: "set" | "changed" | "removed", what, name, from, to }]`; `what`: path, query, status, header, body … */
export function changesOf(before, after) {
  const changes = [];
  const compare = (what, from, to, name = what) => {
    if (from === to) return;
    changes.push({ kind: from === undefined ? "set" : to === undefined ? "removed" : "changed", what, name, from, to });
  };
  compare("path", before.uri, after.uri);
  compare("query", before.querystring, after.querystring);
  compare("status", text(before.status), text(after.status));
  compare("origin", before.origin && JSON.stringify(before.origin), after.origin && JSON.stringify(after.origin));
  compare("body", shown(before.body), shown(after.body));
  const [old, now] = [before.headers ?? {}, after.headers ?? {}];
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) compare("header", linesOf(old[name]), linesOf(now[name]), displayName(name, now[name] ?? old[name]));
  return changes;
}

/** The changes in a few words, without the note. */
export function decisionOf(changes, answer) {
  if (answer !== undefined) {
    const [location] = answer.headers?.location ?? [];
    return `answers ${answer.status}${location ? ` → ${location.value}` : ""}`;
  }
  const parts = changes.filter(({ what }) => what !== "header").map(({ what, from, to }) => (what === "body" || what === "origin" ? `new ${what}` : `${what} ${from || "–"} → ${to || "–"}`));
  const headers = changes.filter(({ what, name }) => what === "header" && name.toLowerCase() !== NOTE);
  const set = headers.filter(({ kind }) => kind !== "removed");
  const removed = headers.filter(({ kind }) => kind === "removed");
  const both = set.length > 1 && removed.length > 1;
  if (set.length > 0) parts.push(`sets ${set.length === 1 ? set[0].name : `${set.length}${both ? "" : " headers"}`}`);
  if (removed.length > 0) parts.push(`removes ${removed.length === 1 ? removed[0].name : `${removed.length} headers`}`);
  return parts.join(", ") || "unchanged";
}

function linesOf(entries) {
  return entries?.map(({ value }) => value).join("\n");
}

function displayName(name, entries) {
  return entries?.[0]?.key ?? name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

function text(value) {
  return value === undefined ? undefined : String(value);
}

function shown(body) {
  return typeof body === "object" && body !== null ? JSON.stringify(body) : body;
}
