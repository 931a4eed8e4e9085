/** Edits applied to Request and Response. */
import type { Border } from "../border.js";
import { type Answer, type Edits, linesOf, moved, type Status, textOf, withoutNote } from "../edits.js";
import { type HeaderEditor, headerEditor } from "../header-editor.js";
import { type Origin, parseOrigin } from "../origin.js";
import type { Exchange } from "./exchange.js";
import { ACCESS } from "./headers.js";
import { chooseOrigin } from "./origin.js";
import { toHeader } from "../header-text.js";
import { requestTo } from "./request.js";

/** The answer of a rule; `undefined`: the request goes on, changed in the exchange. */
export type ApplyToRequest = <C>(x: Exchange<C>, none: undefined, texts: readonly string[]) => Response | undefined;
export type ApplyToResponse = <C>(x: Exchange<C>, response: Response, texts: readonly string[]) => Response;

/** Edits as a function on requests. */
export function requestApplier(edits: Edits, border: Border): ApplyToRequest {
  const { uri, answer } = edits;
  if (answer !== undefined) {
    const make = answerMaker(answer);
    const { edit } = headerEditor(answer.status >= 400 ? edits.failed : edits.headers, border, ACCESS);
    return (x, _, texts) => {
      const headers = new Headers();
      edit(headers, texts);
      return (x.own = make(headers, x.request, texts));
    };
  }
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
  const make = answer === undefined ? undefined : answerMaker(answer);

  return (x, response, texts) => {
    if (uri.length > 0 && x.mayAskAgain()) {
      x.again = { ...moved(uri, x, texts), status: edits.status };
      return response;
    }
    const { edit, idle } = (answer?.status ?? status?.code ?? response.status) >= 400 ? failed : below;
    if (make !== undefined) {
      const headers = new Headers(response.headers);
      edit(headers, texts);
      discard(response);
      return (x.own = make(headers, x.request, texts));
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
  // Asking for `body` makes a stream of a text in Deno and Bun, so what comes with a body is asked first.
  return response === x.own || response.headers.has("content-type") || response.body !== null;
}

/** A response of its own, with the same body. */
export function copyOf(response: Response): Response {
  return new Response(isBodiless(response.status) ? null : response.body, response);
}

/** The same page, with another status. */
export function withStatus(response: Response, { code, reason }: Status): Response {
  return new Response(response.body, { status: code, statusText: reason, headers: response.headers });
}

/** The engine is gone, and the rules say that nothing may pass without it. */
export function blocked(): Response {
  return new Response(null, { status: 503, statusText: "Service Unavailable", headers: { "cache-control": "no-store" } });
}

/** Lets go of a body that nobody will read. */
export function discard(response: Response): void {
  // One that someone reads already is not ours to end.
  response.body?.cancel().catch(() => undefined);
}

function answerMaker(answer: Answer): (headers: Headers, request: Request, texts: readonly string[]) => Response {
  const { status, reason, body, base64 } = answer;
  const bytes = body === undefined || body.hole >= 0 ? undefined : bytesOf(body.text, base64);
  const statusText = toHeader(reason);
  return (headers, { method }, texts) => {
    const without = body === undefined || method === "HEAD" || isBodiless(status);
    if (without) return new Response(null, { status, statusText, headers });
    // Where the rule says Content-Encoding, the body has it: workerd would encode it once more.
    const init = { status, statusText, headers, encodeBody: "manual" };
    return new Response(bytes ?? bytesOf(textOf(body, texts), base64), init);
  };
}

/** As bytes, which bring no `Content-Type` of their own. */
function bytesOf(text: string, base64: boolean): Uint8Array<ArrayBuffer> {
  return base64 ? Uint8Array.from(atob(text), (character) => character.charCodeAt(0)) : new TextEncoder().encode(text);
}

/** The fetch standard's null body statuses, of those that a response can have. */
function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}
