/** Edits applied to Request and Response. */
import type { Border } from "../../core/border.js";
import { type Answer, type Edits, linesOf, moved, textOf, withoutNote } from "../../core/edits.js";
import { type HeaderEditor, headerEditor } from "../../core/header-editor.js";
import { type Origin, parseOrigin } from "../../core/origin.js";
import { isBodiless } from "../../generated/bodiless.js";
import { copyOf, discard, withStatus } from "./copy.js";
import type { Exchange } from "./exchange.js";
import { ACCESS } from "./headers.js";
import { chooseOrigin } from "./origin.js";
import { toHeader } from "../../core/header-text.js";
import { requestTo } from "./request.js";
import { MAKES_STREAMS } from "./runtime.js";

/** The answer of a rule; `undefined`: the request goes on, changed in the exchange. */
export type ApplyToRequest = <C>(x: Exchange<C>, none: undefined, texts: readonly string[]) => Response | undefined;
export type ApplyToResponse = <C>(x: Exchange<C>, response: Response, texts: readonly string[]) => Response;

/** Edits that answer, as a function on requests. */
export function answerer({ answer, headers, failed }: Edits, border: Border): ApplyToRequest {
  const make = answerMaker(answer!, headerEditor(answer!.status >= 400 ? failed : headers, border, ACCESS));
  return (x, _, texts) => (x.own = make(x.request, texts));
}

/** Edits as a function on requests that go on. */
export function requestApplier(edits: Edits, border: Border): ApplyToRequest {
  const { uri } = edits;
  const { note, headers } = withoutNote(edits.headers);
  const editor = headerEditor(headers, border, ACCESS);
  const constant = edits.origin === undefined || edits.origin.hole >= 0 ? undefined : parseOrigin(edits.origin.text);

  return (x, _, texts) => {
    const origin: Origin | undefined =
      edits.origin === undefined ? undefined : (constant ?? parseOrigin(textOf(edits.origin, texts)));
    if (uri.length > 0 || origin !== undefined) {
      const { path, query } = moved(uri, x, texts);
      if (origin !== undefined) {
        chooseOrigin(x, origin, path, query, ({ headers }) => editor.edit(headers, texts));
      } else if (path !== x.path || query !== x.query) {
        const request = x.moved(path, query);
        editor.edit(request.headers, texts);
        x.settle(request, path, query);
      } else {
        editHeaders(x, editor, texts);
      }
    } else {
      editHeaders(x, editor, texts);
    }
    if (note !== undefined) x.note = linesOf(note, texts)[0];
    return undefined;
  };
}

function editHeaders<C>(x: Exchange<C>, editor: HeaderEditor<Headers>, texts: readonly string[]): void {
  if (editor.idle(x.request.headers)) return;
  const request = requestTo(x.request.url, x.request);
  editor.edit(request.headers, texts);
  x.request = request;
}

/** Edits as a function on responses. */
export function responseApplier(edits: Edits, border: Border): ApplyToResponse {
  const { answer, uri } = edits;
  // With a URI it is meant for what the origin answers to that.
  const status = uri.length > 0 ? undefined : edits.status;
  const below = headerEditor(edits.headers, border, ACCESS);
  const failed = edits.failed === edits.headers ? below : headerEditor(edits.failed, border, ACCESS);
  const replace = answer === undefined ? undefined : replacer(answer, answer.status >= 400 ? failed : below);

  return (x, response, texts) => {
    if (uri.length > 0 && x.mayAskAgain()) {
      x.again = { ...moved(uri, x, texts), status: edits.status };
      return response;
    }
    const { edit, idle } = failed === below || (answer?.status ?? status?.code ?? response.status) < 400 ? below : failed;
    if (replace !== undefined) {
      x.own = replace(response.headers, x.request, texts);
      discard(response);
      return x.own;
    }
    if (status !== undefined) {
      const page = (x.own = withStatus(response, status));
      edit(page.headers, texts);
      return page;
    }
    if (idle(response.headers)) return response;
    if (isChangeable(x, response)) {
      try {
        edit(response.headers, texts);
        return (x.own = response);
      } catch (error) {
        // A response that came from the network has headers that no one may change.
        if (!(error instanceof TypeError) || response === x.own) throw error;
      }
    }
    const copy = copyOf(response);
    edit(copy.headers, texts);
    return (x.own = copy);
  };
}

/** Whether it may be tried to change the response itself. One without a body could be handed out for many requests. */
function isChangeable<C>(x: Exchange<C>, response: Response): boolean {
  if (response === x.own) return true;
  // What comes with a body is a good enough sign of one.
  return (MAKES_STREAMS && response.headers.has("content-type")) || response.body !== null;
}

/** The engine is gone, and the rules say that nothing may pass without it. */
export function blocked(): Response {
  return new Response(null, { status: 503, statusText: "Service Unavailable", headers: { "cache-control": "no-store" } });
}

/** Makes answers to requests. What is the same in all of them is there already: a clone costs half of what a new one does. */
function answerMaker(answer: Answer, { constant, rest }: HeaderEditor<Headers>): (request: Request, texts: readonly string[]) => Response {
  const bodyOf = bodyMaker(answer);
  const init = headOf(answer);
  const template = new Response(null, init);
  constant(template.headers);
  return (request, texts) => {
    const body = bodyOf(request, texts);
    const response = body === null ? template.clone() : new Response(body, { ...init, headers: template.headers });
    rest(response.headers, texts);
    return response;
  };
}

/** Makes answers that take the place of an origin's, and some of its headers. */
function replacer(
  answer: Answer,
  { edit }: HeaderEditor<Headers>,
): (from: Headers, request: Request, texts: readonly string[]) => Response {
  const bodyOf = bodyMaker(answer);
  const init = headOf(answer);
  return (from, request, texts) => {
    const headers = new Headers(from);
    edit(headers, texts);
    return new Response(bodyOf(request, texts), { ...init, headers });
  };
}

function headOf({ status, reason }: Answer): ResponseInit {
  // Where the rule says Content-Encoding, the body has it: workerd would encode it once more.
  return { status, statusText: toHeader(reason), encodeBody: "manual" } as ResponseInit;
}

function bodyMaker({ status, body, base64 }: Answer): (request: Request, texts: readonly string[]) => Uint8Array<ArrayBuffer> | null {
  if (body === undefined || isBodiless(status)) return () => null;
  const bytes = body.hole >= 0 ? undefined : bytesOf(body.text, base64);
  return ({ method }, texts) => (method === "HEAD" ? null : (bytes ?? bytesOf(textOf(body, texts), base64)));
}

/** As bytes, which bring no `Content-Type` of their own. */
function bytesOf(text: string, base64: boolean): Uint8Array<ArrayBuffer> {
  return base64 ? Uint8Array.from(atob(text), (character) => character.charCodeAt(0)) : new TextEncoder().encode(text);
}
