/** Which headers functions are shown, and what happens to the others. */
import { NOT_EXPOSED } from "#dist/generated/not-exposed.js";
import { type HeaderMap, without } from "../message.js";

/** Of what functions are not shown, what goes past them: the rest is CloudFront's own to say, or belongs to one connection. */
const PAST_FUNCTIONS = /^(?:x-accel-|x-amzn-|client-cert|cloudfront-)/;

/** Whether a header of a viewer or an origin goes on at all. */
export function isPassedOn(name: string): boolean {
  return isExposed(name) || PAST_FUNCTIONS.test(name);
}

/** A message as functions see it. */
export function withExposed<Message extends { readonly headers?: HeaderMap }>(message: Message): Message {
  const { headers } = message;
  return headers === undefined || Object.keys(headers).every(isExposed) ? message : { ...message, headers: without(headers, (name) => !isExposed(name)) };
}

/** What a function left of a message, with what it was not shown. */
export function withHidden<Message extends { readonly headers?: HeaderMap }>(result: Message, before: { readonly headers?: HeaderMap }): Message {
  const hidden = without(before.headers ?? {}, isExposed);
  return Object.keys(hidden).length === 0 ? result : { ...result, headers: { ...result.headers, ...hidden } };
}

// Each header of each request is asked for at each stage.
const NAMES = new Set(NOT_EXPOSED);
const BEGINNINGS = NOT_EXPOSED.filter((pattern) => pattern.endsWith("*")).map((pattern) => pattern.slice(0, -1));

function isExposed(name: string): boolean {
  return !NAMES.has(name) && !BEGINNINGS.some((beginning) => name.startsWith(beginning));
}
