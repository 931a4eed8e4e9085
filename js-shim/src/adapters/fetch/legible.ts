/**
 * What a runtime hands over as a request may be none that a `Request` could be made of: Deno takes the host as the viewer
 * sent it, Bun leaves it out where it cannot be read, and both know methods that the fetch standard forbids. Rules could
 * neither read such a request nor change it.
 */
import { failure } from "./copy.js";

/** A host as in node/target.ts, and a path. */
const ADDRESS = /^https?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::(\d*))?\//i;
const FORBIDDEN = /^(?:connect|trace|track)$/i;
/** Written otherwise, they would become another method in a copy. */
const NORMALISED = /^(?:get|head|post|put|delete|options)$/i;

/** The answer to what cannot be read, before any rule. */
export function answerIllegible({ url, method }: Request): Response | undefined {
  const [address, port = ""] = ADDRESS.exec(url) ?? [];
  if (address === undefined || Number(port) > 65535) return failure(400);
  if (method === "GET") return undefined;
  // RFC 9110 §9.1, §15.6.2: methods are case-sensitive, and what nobody here knows is not implemented.
  const isUnknown = FORBIDDEN.test(method) || (NORMALISED.test(method) && method !== method.toUpperCase());
  return isUnknown ? failure(501) : undefined;
}
