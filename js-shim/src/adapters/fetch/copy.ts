/** Responses made of others. */
import type { Status } from "../../core/edits.js";
import { isBodiless } from "../../generated/bodiless.js";
import { toHeader } from "../../core/header-text.js";

/** What `Response` takes as a phrase (RFC 9112 §4). Runtimes hand on what an origin sends, and refuse it in a copy. */
const PHRASE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Status, phrase and headers, for a response of its own. The phrase says nothing that the status does not. */
export function initOf(response: Response): ResponseInit {
  const { status, statusText, headers } = response;
  return { status, statusText: PHRASE.test(statusText) ? statusText : "", headers };
}

/** A response of its own, with the same body. */
export function copyOf(response: Response): Response {
  // Itself, where that will do: a platform may have put more into it.
  const init = PHRASE.test(response.statusText) ? response : initOf(response);
  return new Response(isBodiless(response.status) ? null : response.body, init);
}

/**
 * What the rules say a body is encoded with, once the runtime has undone the `coding` that it came with: `undefined` where
 * the rules leave that coding out.
 */
export function withoutCoding({ headers }: Response, coding: string): string | undefined {
  const said = headers.get("content-encoding");
  if (said === coding) return "";
  // RFC 9110 §8.4.1: in any case, and with `x-` it is the same. The rules say it in the usual spelling.
  const usual = coding.trim().toLowerCase().replace(/^x-/, "");
  return said?.endsWith(`, ${usual}`) ? said.slice(0, -usual.length - 2) : undefined;
}

/** The same page, with another status. */
export function withStatus({ body, headers }: Response, { code, reason }: Status): Response {
  return new Response(body, { status: code, statusText: toHeader(reason), headers });
}

/** RFC 9110 §15: a status beyond 599 is invalid, and as if it were a 5xx. No copy could have it. */
export function isInvalid({ status }: Response): boolean {
  return status > 599;
}

/** What stands for an answer that cannot be sent on. */
export function failure(status: number): Response {
  return new Response(null, { status, headers: { "cache-control": "no-store" } });
}

/** Lets go of a body that nobody will read. */
export function discard(response: Response): void {
  // One that someone reads already is not ours to end.
  response.body?.cancel().catch(() => undefined);
}
