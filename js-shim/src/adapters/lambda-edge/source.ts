/** Where an event has what a stage can look at. */
import { type Source, stringOf } from "../../core/decide.js";
import * as Input from "../../generated/layout/input.js";
import { NOTE_HEADER } from "../../generated/names.js";
import { type CloudFront, headerOf, pathOf, queryOf, type Response, statusOf } from "./event.js";
import { noteReader } from "./note.js";

export type EventSource = Source<CloudFront, Response | undefined>;

/** `token` is what the plan's own notes begin with. */
export function sourceOf(token: string): EventSource {
  const note = noteReader(token);
  return {
    path: ({ request }) => pathOf(request),
    query: ({ request }) => queryOf(request),
    method: ({ request }) => request.method,
    acceptEncoding: ({ request }) => headerOf(request, "accept-encoding", ", "),
    status: statusOf,
    taker({ kind, name }) {
      switch (kind) {
        case Input.CLIENT:
          return ({ request }) => stringOf(request.clientIp);
        case Input.REQUEST_ID:
          return ({ config }) => stringOf(config.requestId);
        case Input.REQUEST_HEADER:
          return name === NOTE_HEADER ? note : ({ request }) => headerOf(request, name, "\n");
        case Input.RESPONSE_HEADER:
          return (_, response) => headerOf(response, name, "\n");
        default:
          // Host, scheme, country, device and notes arrive as headers here; the compiler names those.
          return () => undefined;
      }
    },
  };
}
