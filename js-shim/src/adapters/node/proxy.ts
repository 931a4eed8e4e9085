/** The request sent on to an origin that a rule chose, and its answer sent back, both as streams. */
import { type IncomingMessage, type OutgoingHttpHeaders, request as requestHttp, STATUS_CODES } from "node:http";
import { request as requestHttps } from "node:https";
import { connectionFields } from "../../core/connection-fields.js";
import { type Forwarded, forwardedFields, goesInCircles } from "../../core/forwarded.js";
import { onOneLine } from "../../core/hooks.js";
import { emptied } from "./apply.js";
import type { Exchange } from "./exchange.js";
import { textOf } from "./headers.js";
import { hostOf, type OriginAddress } from "./origin.js";
import { breakOff } from "./reply.js";

/**
 * Asks the origin. What goes wrong before its head is answered by a status of 500 and more, of which the rules of the
 * response stages have their say; what goes wrong after it ends the connection: half an answer must not look like one.
 */
export function sendOn(x: Exchange, origin: OriginAddress, forwarded: Forwarded | undefined): void {
  const { request, response } = x;
  let taken = false;
  let late: NodeJS.Timeout | undefined;

  const fail = (status: number, reason: string, why: unknown): void => {
    clearTimeout(late);
    if (response.destroyed || response.writableEnded) return;
    console.error(`selvedge: the origin ${hostOf(origin)} ${status === 504 ? "is late" : "could not be asked"}: ${onOneLine(why)}`);
    if (taken) return breakOff(response);
    taken = true;
    emptied(x, status, reason);
    response.end();
  };
  const guarded = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      fail(502, "Bad Gateway", error);
    }
  };

  if (goesInCircles(textOf(request.headers.via, ", "))) return fail(508, "Loop Detected", "the request goes round in circles");
  const body = bodyOf(x);
  const isThere = body !== undefined && body["content-length"] !== "0";
  if (isThere && request.readableEnded) return fail(500, "Internal Server Error", "the request's body was read before the rules");

  guarded(() => {
    const { host, port, timeout, secure } = origin;
    const upstream = (secure ? requestHttps : requestHttp)({
      // Brackets are for addresses of IPv6 in URLs.
      host: host?.replace(/[[\]]/g, ""),
      port,
      path: origin.path + x.target,
      method: request.method,
      headers: { ...fieldsFor(x, origin, forwarded), ...body },
      timeout,
    });
    const tooLate = (): void => {
      fail(504, "Gateway Timeout", `no answer in ${timeout} ms`);
      upstream.destroy();
    };
    upstream.on("timeout", tooLate);
    // It may send a byte now and then, and never come to the end of its head.
    upstream.on("finish", () => {
      if (!taken) late = setTimeout(tooLate, timeout).unref();
    });
    upstream.on("error", (error) => {
      // Afterwards it is for the answer to say whether it is whole.
      if (!taken) fail(502, "Bad Gateway", error);
    });
    upstream.on("upgrade", (_, socket) => {
      socket.destroy();
      fail(502, "Bad Gateway", "it changes to another protocol");
    });
    upstream.on("response", (answer) =>
      guarded(() => {
        clearTimeout(late);
        const fault = faultOf(answer);
        if (fault !== undefined) {
          upstream.destroy();
          return fail(502, "Bad Gateway", fault);
        }
        takeHead(x, answer);
        taken = true;
        answer.on("error", () => {});
        answer.on("close", () => {
          if (!answer.complete) fail(502, "Bad Gateway", "its answer broke off");
        });
        response.flushHeaders();
        if (x.again === undefined) return void answer.pipe(response);
        // A fallback is asked instead, which need not wait for the end of this.
        answer.resume();
        response.end();
      }),
    );
    // What the viewer still sends is read to its end, so that the next request of the connection is.
    upstream.on("close", () => request.unpipe(upstream).resume());
    // The viewer is gone, or has its answer.
    response.on("close", () => {
      clearTimeout(late);
      upstream.destroy();
    });
    if (isThere) request.pipe(upstream);
    else upstream.end();
  });
}

/** How the request's body is framed on its way; `undefined`: there is none. What rules make of these fields does not count. */
function bodyOf({ request, changed }: Exchange): OutgoingHttpHeaders | undefined {
  const { headers } = request;
  const length = headers["content-length"];
  const chunked = { "transfer-encoding": "chunked" };
  if (changed.has("content-length") || changed.has("transfer-encoding") || headers["transfer-encoding"] !== undefined) return chunked;
  if (length !== undefined) return { "content-length": length };
  const { stream } = request as { stream?: { readonly endAfterHeaders?: boolean } };
  return request.httpVersionMajor >= 2 && stream?.endAfterHeaders !== true ? chunked : undefined;
}

/** The fields that the origin gets. What rules and the origin's own `customHeaders` say comes before all else. */
function fieldsFor({ request, changed }: Exchange, origin: OriginAddress, forwarded: Forwarded | undefined): OutgoingHttpHeaders {
  const { headers } = request;
  const stays = connectionFields(headers.connection);
  const fields: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name[0] !== ":" && (!stays.has(name) || changed.has(name))) fields[name] = value;
  }
  // The viewer has been told to go on.
  for (const name of ["expect", "content-length", "transfer-encoding"]) delete fields[name];
  if (forwarded !== undefined) {
    // What is not known must not be the viewer's word.
    for (const name of ["x-forwarded-host", "x-forwarded-proto"]) if (!changed.has(name)) delete fields[name];
    const added = forwardedFields(forwarded, (name) => textOf(fields[name] as string | undefined, ", "));
    for (const [name, value] of added) if (!changed.has(name)) fields[name] = value;
  }
  fields.host = hostOf(origin);
  for (const [name, value] of origin.headers) fields[name] = value as string | string[];
  return fields;
}

/** Why an answer cannot be sent on. */
function faultOf({ statusCode = 0, headersDistinct }: IncomingMessage): string | undefined {
  // RFC 9110 §15: what is not within 100 to 599 is as if it were one of 500.
  if (statusCode < 200 || statusCode > 599) return `it answered with the status ${statusCode}`;
  // Nobody asked it for another coding; RFC 9112 §7.4.
  const codings = headersDistinct["transfer-encoding"]?.join().toLowerCase().trim() ?? "chunked";
  return codings === "chunked" ? undefined : `its transfer coding is ${codings}`;
}

function takeHead(x: Exchange, { statusCode, statusMessage = "", headersDistinct }: IncomingMessage): void {
  const { request, response } = x;
  response.statusCode = statusCode!;
  // HTTP/2 has no place for the phrase.
  if (request.httpVersionMajor < 2) response.statusMessage = PHRASE.test(statusMessage) ? statusMessage : (STATUS_CODES[statusCode!] ?? "");
  const stays = connectionFields(headersDistinct.connection?.join());
  for (const [name, values] of Object.entries(headersDistinct)) {
    // RFC 9110 §8.6.
    if (stays.has(name) || (name === "content-length" && statusCode === 204)) continue;
    response.setHeader(name, values!.length === 1 ? values![0]! : values!);
  }
}

/** `reason-phrase`, RFC 9112 §4. */
const PHRASE = /^[\t\x20-\x7e\x80-\xff]*$/;
