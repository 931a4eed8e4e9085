/** Edits applied to Node's messages, in place. */
import type { ServerResponse } from "node:http";
import type { Border } from "../../core/border.js";
import { type Answer, type Edits, linesOf, moved, textOf, withoutNote } from "../../core/edits.js";
import { isBodiless } from "../../generated/bodiless.js";
import { headerEditor } from "../../core/header-editor.js";
import { toHeader } from "../../core/header-text.js";
import { parseOrigin } from "../../core/origin.js";
import type { Exchange } from "./exchange.js";
import { REQUEST_HEADERS, RESPONSE_HEADERS } from "./headers.js";

/** A body that takes the application's place; the head is set already. */
export interface Answered {
  readonly body: Uint8Array | undefined;
  /** Something failed: no rule has a say in it any more. */
  readonly final?: boolean;
}

type Apply = (x: Exchange, response: ServerResponse | undefined, texts: readonly string[]) => Answered | undefined;

/** Edits as a function on requests. */
export function requestApplier(edits: Edits, border: Border): Apply {
  const { uri, answer } = edits;
  if (answer !== undefined) {
    const { edit } = headerEditor(answer.status >= 400 ? edits.failed : edits.headers, border, RESPONSE_HEADERS);
    const bodyOf = bodyMaker(answer);
    return (x, _, texts) => {
      edit(x.response, texts);
      setStatus(x, answer.status, answer.reason);
      return { body: bodyOf(x, texts) };
    };
  }
  const { note, headers } = withoutNote(edits.headers);
  const editor = headerEditor(headers, border, REQUEST_HEADERS);
  return (x, _, texts) => {
    const { path, query } = moved(uri, x, texts);
    editor.edit({ headers: x.request.headers, changed: x.changed }, texts);
    x.move(path, query);
    if (edits.origin !== undefined) x.origin = parseOrigin(textOf(edits.origin, texts));
    if (note !== undefined) x.note = linesOf(note, texts)[0];
    return undefined;
  };
}

/** Edits as a function on responses whose head has not gone out yet. */
export function responseApplier(edits: Edits, border: Border): Apply {
  const { answer, uri } = edits;
  // With a URI it is meant for what the application answers to that.
  const status = uri.length > 0 ? undefined : edits.status;
  const below = headerEditor(edits.headers, border, RESPONSE_HEADERS);
  const failed = edits.failed === edits.headers ? below : headerEditor(edits.failed, border, RESPONSE_HEADERS);
  const bodyOf = answer === undefined ? undefined : bodyMaker(answer);
  return (x, _, texts) => {
    if (uri.length > 0 && x.mayAskAgain()) {
      x.again = { ...moved(uri, x, texts), status: edits.status };
      return undefined;
    }
    const { response } = x;
    ((answer?.status ?? status?.code ?? response.statusCode) >= 400 ? failed : below).edit(response, texts);
    if (status !== undefined) setStatus(x, status.code, status.reason);
    if (answer === undefined) return undefined;
    setStatus(x, answer.status, answer.reason);
    return { body: bodyOf!(x, texts) };
  };
}

/** Makes the response one that says no more than its status. */
export function emptied(x: Exchange, status: number, reason: string): Answered {
  const { response } = x;
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.setHeader("cache-control", "no-store");
  setStatus(x, status, reason);
  return { body: undefined, final: true };
}

export function setStatus({ request, response }: Exchange, status: number, reason: string): void {
  response.statusCode = status;
  // HTTP/2 has no place for the phrase, and warns.
  if (request.httpVersionMajor < 2) response.statusMessage = toHeader(reason);
}

function bodyMaker({ status, body, base64 }: Answer): (x: Exchange, texts: readonly string[]) => Uint8Array | undefined {
  return ({ request }, texts) => {
    if (body === undefined || request.method === "HEAD" || isBodiless(status)) return undefined;
    return Buffer.from(textOf(body, texts), base64 ? "base64" : "utf8");
  };
}
