/**
 * Edits applied to the two kinds of message that CloudFront knows. They change the message itself; only of a frozen one,
 * as in someone's tests, they make a copy.
 */
import type { Border } from "../../core/border.js";
import { type Answer, type Edits, moved, textOf } from "../../core/edits.js";
import { isBodiless } from "../../generated/bodiless.js";
import { parseOrigin } from "../../core/origin.js";
import { type CloudFront, type Headers, isObject, pathOf, queryOf, type Request, type Response, statusOf } from "./event.js";
import { headerApplier } from "./headers.js";
import { setOrigin } from "./origin.js";

/** The answer to a request that a rule answered; else the request that goes on. */
export type ApplyToRequest = (cf: CloudFront, none: undefined, texts: readonly string[]) => Request | Response;
export type ApplyToResponse = (cf: CloudFront, response: Response, texts: readonly string[]) => Response;

/**
 * Edits as a function on requests. `limit`: a URI of this length or more would be refused, so the answer is 414; 0 = none.
 */
export function requestApplier(edits: Edits, border: Border, limit: number): ApplyToRequest {
  const { uri, answer } = edits;
  if (answer !== undefined) {
    const headers = headerApplier(answer.status >= 400 ? edits.failed : edits.headers, border);
    return ({ request }, _, texts) => makeAnswer(answer, headers(undefined, texts, false), request, texts);
  }
  const applyHeaders = changesHeaders(edits.headers) ? headerApplier(edits.headers, border) : undefined;
  const origin = edits.origin === undefined || edits.origin.hole >= 0 ? undefined : parseOrigin(edits.origin.text);

  return ({ request: from }, _, texts) => {
    let path = "";
    let query = "";
    if (uri.length > 0) {
      ({ path, query } = moved(uri, { path: pathOf(from), query: queryOf(from) }, texts));
      // By another path than rules wanted, it must not go on.
      if (limit > 0 && path.length + query.length >= limit && (path !== from.uri || query !== from.querystring)) return refusal("414", "URI Too Long");
    }
    const frozen = !Object.isExtensible(from);
    const request = frozen ? { ...from } : from;
    if (applyHeaders !== undefined) request.headers = applyHeaders(request.headers, texts, frozen);
    if (edits.origin !== undefined) {
      const headers: Headers = !isObject(request.headers) ? {} : frozen ? { ...request.headers } : (request.headers as Headers);
      request.headers = setOrigin(request, headers, origin ?? parseOrigin(textOf(edits.origin, texts)));
    }
    if (uri.length > 0) {
      if (path !== request.uri) request.uri = path;
      if (query !== request.querystring) request.querystring = query;
    }
    return request;
  };
}

/** Edits as a function on responses. */
export function responseApplier(edits: Edits, border: Border): ApplyToResponse {
  const { answer, status } = edits;
  const below = headerApplier(edits.headers, border);
  const failed = edits.failed === edits.headers ? below : headerApplier(edits.failed, border);

  return ({ request }, from, texts) => {
    const applyHeaders = failed !== below && (answer?.status ?? status?.code ?? statusOf(from)) >= 400 ? failed : below;
    // First what may trap, then what changes the message.
    const frozen = !Object.isExtensible(from);
    const headers = applyHeaders(from.headers, texts, frozen);
    const response = frozen ? { ...from } : from;
    if (answer !== undefined) replaceBy(answer, response, request, texts);
    else if (status !== undefined) {
      response.status = String(status.code);
      response.statusDescription = status.reason;
    }
    response.headers = headers;
    return response;
  };
}

/** The engine is gone, and nothing may pass without it. */
export function blocked(): Response {
  return refusal("503", "Service Unavailable");
}

function refusal(status: string, statusDescription: string): Response {
  return {
    status,
    statusDescription,
    headers: { "cache-control": [{ key: "Cache-Control", value: "no-store" }] },
  };
}

/** The same at origin-response, where an answer is there: it is emptied, except for what must come back untouched. */
export function blockedResponse(from: Response): Response {
  const response = { ...from, ...blocked(), body: "" };
  const headers = isObject(from.headers) ? (from.headers as Headers) : {};
  const kept = response.headers as Headers;
  for (const name of ["transfer-encoding", "via"]) if (name in headers) kept[name] = headers[name];
  return response;
}

/** The same at viewer-response, where CloudFront lets no one change the status or the body: nobody may keep it. */
export function unstored(from: Response): Response {
  const headers = isObject(from.headers) ? (from.headers as Headers) : {};
  return { ...from, headers: { ...headers, ...(blocked().headers as Headers) } };
}

function makeAnswer(answer: Answer, headers: Headers, request: Request, texts: readonly string[]): Response {
  const response: Response = { status: String(answer.status), headers };
  if (answer.reason !== "") response.statusDescription = answer.reason;
  if (answer.body !== undefined && carriesBody(answer.status, request)) setBody(response, answer, texts);
  return response;
}

/** At origin-response, where the empty string takes the origin's body away. */
function replaceBy(answer: Answer, response: Response, request: Request, texts: readonly string[]): void {
  response.status = String(answer.status);
  response.statusDescription = answer.reason;
  delete response.bodyEncoding;
  if (answer.body !== undefined && carriesBody(answer.status, request)) setBody(response, answer, texts);
  else response.body = "";
}

function setBody(response: Response, answer: Answer, texts: readonly string[]): void {
  response.body = textOf(answer.body!, texts);
  if (answer.base64) response.bodyEncoding = "base64";
}

function carriesBody(status: number, request: Request): boolean {
  return request.method !== "HEAD" && !isBodiless(status);
}

function changesHeaders({ removes, wildcards, sets, others }: Edits["headers"]): boolean {
  return removes.length + wildcards.length + sets.length + others.length > 0;
}
