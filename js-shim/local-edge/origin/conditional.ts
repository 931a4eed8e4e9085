/** Conditional requests and ranges on a representation that is known whole: RFC 9110 §13 and §14. */
import { type HeaderMap, valueOf } from "../message.js";

/** Whether the client has it already: If-None-Match, and If-Modified-Since where there is none. */
export function isUnchanged(request: HeaderMap, etag: string | undefined, modified: string | undefined): boolean {
  const tags = valueOf(request, "if-none-match");
  if (tags !== undefined) {
    if (tags.trim() === "*") return true;
    return etag !== undefined && listOf(tags).some((tag) => weak(tag) === weak(etag));
  }
  const since = valueOf(request, "if-modified-since");
  return since !== undefined && modified !== undefined && Date.parse(modified) <= Date.parse(since);
}

/** Whether a condition that must hold does not: If-Match, If-Unmodified-Since. */
export function isPreconditionFailed(request: HeaderMap, etag: string, modified: string): boolean {
  const tags = valueOf(request, "if-match");
  if (tags !== undefined) return tags.trim() !== "*" && (isWeak(etag) || !listOf(tags).includes(etag));
  const since = valueOf(request, "if-unmodified-since");
  return since !== undefined && Date.parse(modified) > Date.parse(since);
}

/** The one range that is asked for, as first and last byte; `"unsatisfiable"`; `undefined`: all of it. */
export function rangeOf(request: HeaderMap, length: number, etag: string | undefined, modified: string | undefined): readonly [number, number] | "unsatisfiable" | undefined {
  const [, first = "", last = ""] = /^\s*bytes=(\d*)-(\d*)\s*$/i.exec(valueOf(request, "range") ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const condition = valueOf(request, "if-range");
  if (condition !== undefined && condition !== modified && (condition !== etag || isWeak(condition))) return undefined;
  if (first === "") return Number(last) === 0 || length === 0 ? "unsatisfiable" : [Math.max(0, length - Number(last)), length - 1];
  if (last !== "" && Number(last) < Number(first)) return undefined;
  if (Number(first) >= length) return "unsatisfiable";
  return [Number(first), Math.min(last === "" ? Infinity : Number(last), length - 1)];
}

/** The tags of a list; a tag may hold commas. */
function listOf(tags: string): string[] {
  return tags.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

/** A weak tag does not say that the bytes are the same: it is never equal by strong comparison. */
function isWeak(tag: string): boolean {
  return tag.startsWith("W/");
}

function weak(tag: string): string {
  return tag.replace(/^W\//, "");
}
