/**
 * What a hook leaves, before CloudFront sees it: a result that it refuses is an error page of its own for the viewer, and
 * no word in the function's log. So one line names the hook and the field. A header that may not be there is left out; where
 * the message itself is wrong, nothing passes.
 */
import { HOOKS } from "../../core/hooks.js";
import { ORIGIN_RESPONSE, VIEWER_RESPONSE } from "../../generated/names.js";
import { blocked, blockedResponse, unstored } from "./apply.js";
import { type CloudFront, type Headers, type Request, type Response, valueOf } from "./event.js";

/** "Restrictions on all edge functions", disallowed headers. */
const DISALLOWED = /^(connection|expect|keep-alive|trailer|upgrade|x-(cache|forwarded-proto|real-ip)|(proxy|x-(accel|amz-cf|edge)|client-cert)-.*)$/i;

/** @param before the status that the hook was given with a response */
export function accepted(message: Request & Response, cf: CloudFront, stage: number, before: unknown = null): Request | Response {
  const { status, uri, body } = message;
  const wrong: string[] = [];
  const parted = ({ headers }: Response): Headers =>
    Object.fromEntries(Object.entries({ ...(headers as Headers | undefined) }).filter(([name, lines]) => (!DISALLOWED.test(name) && isSound(lines)) || void wrong.push(name)));
  const headers = parted(message);
  // What tells an answer from a request is the status.
  const goesOn = stage < ORIGIN_RESPONSE && status === undefined && (uri !== undefined || message === cf.request);
  const fault = goesOn
    ? String(uri ?? "/")[0] !== "/" && "uri"
    : String(status) !== String(before) && (stage === VIEWER_RESPONSE || !/^[2-5]\d\d$/.test(String(status)))
      ? `status ${String(status)}`
      : body !== undefined && (stage === VIEWER_RESPONSE || typeof body !== "string") && "body";
  if (!fault && wrong.length === 0) return message;
  console.error(`selvedge: the hook ${HOOKS[stage]!} returned invalid ${fault || `headers ${wrong}`}`);
  if (!fault) return { ...message, headers };
  if (stage < ORIGIN_RESPONSE) return blocked();
  return stage === VIEWER_RESPONSE ? unstored({ status: before, headers: parted(cf.response!) }) : blockedResponse(cf.response!);
}

function isSound(lines: unknown): boolean {
  return Array.isArray(lines) && lines.every((line) => /^[^\0\r\n]*$/.test(valueOf(line) ?? "\0"));
}
