/**
 * What a hook leaves, before CloudFront sees it: a result that it refuses is an error page of its own for the viewer, and
 * no word in the function's log. So one line names the hook and the field. A header that may not be there is left out; where
 * the message itself is wrong, nothing passes.
 */
import { HOOKS } from "../../core/hooks.js";
import { ORIGIN_RESPONSE, VIEWER_REQUEST, VIEWER_RESPONSE } from "../../generated/names.js";
import { blocked, blockedResponse, unstored } from "./apply.js";
import { type CloudFront, type Headers, isObject, type Request, type Response, valueOf } from "./event.js";

/** "Restrictions on all edge functions", disallowed headers. */
const DISALLOWED = /^(connection|expect|keep-alive|trailer|upgrade|x-(cache|forwarded-proto|real-ip|amzn-(auth|errortype|requestid))|(proxy|x-(accel|amz(-cf|n-(cf|fle|header|lambda))|edge)|client-cert)-.*)$/i;

/** Read-only at both request triggers, and so in an answer that is made there: "Read-only headers". */
const READ_ONLY = /^(cdn-loop|content-length|transfer-encoding|via)$/i;

/** @param before the status that the hook was given with a response */
export function accepted(message: Request & Response, cf: CloudFront, stage: number, before: unknown = null): Request | Response {
  const { status, uri, body, bodyEncoding } = message;
  // What tells an answer from a request is the status.
  const goesOn = stage < ORIGIN_RESPONSE && status === undefined && (uri !== undefined || message === cf.request);
  const answers = !goesOn && stage < ORIGIN_RESPONSE;
  const wrong: string[] = [];
  const parted = ({ headers }: Response): Headers => {
    // A `Headers` or a `Map` has no members to look at.
    if (isObject(headers) && Symbol.iterator in headers && !Array.isArray(headers)) wrong.push(`${headers}`);
    return Object.fromEntries(
      Object.entries({ ...(headers as Headers | undefined) }).filter(([name, lines]: [string, unknown]) => {
        const isSound = Array.isArray(lines) && lines.every((line) => !/[\0\r\n]/.test(valueOf(line) ?? "\0"));
        return (isSound && !DISALLOWED.test(name) && !(answers && READ_ONLY.test(name))) || void wrong.push(name);
      }),
    );
  };
  const headers = parted(message);
  // "Generated responses": with its headers, an answer has 40 KB at viewer-request, and 1 MB at origin triggers.
  const kind = {}.toString.call(message).slice(8, -1);
  const fault = !isObject(message)
    ? kind
    : goesOn
    ? String(uri ?? "/")[0] !== "/" && "uri"
    : String(status) !== String(before) && (stage === VIEWER_RESPONSE || !/^[2-5]\d\d$/.test(String(status)))
      ? `status ${String(status)}`
      : body !== undefined && (stage === VIEWER_RESPONSE || typeof body !== "string" || body.length * (bodyEncoding === "base64" ? 0.75 : 1) > (stage === VIEWER_REQUEST ? 40_960 : 1 << 20))
        ? "body"
        : !/^(text|base64|undefined)$/.test(String(bodyEncoding)) && "bodyEncoding";
  if (!fault && wrong.length === 0) return message;
  const said = !fault ? `invalid headers ${wrong}` : `${kind === "Object" ? `invalid ${fault}` : kind}; it may return ${stage < ORIGIN_RESPONSE ? "the request, " : ""}{ status, headers, body } or undefined`;
  console.error(`selvedge: the hook ${HOOKS[stage]!} returned ${said}`);
  if (!fault) return { ...message, headers };
  if (stage < ORIGIN_RESPONSE) return blocked();
  return stage === VIEWER_RESPONSE ? unstored({ status: before, headers: parted(cf.response!) }) : blockedResponse(cf.response!);
}
