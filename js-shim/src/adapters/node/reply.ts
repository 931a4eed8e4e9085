/**
 * Stands before a response: when its head is about to go out, by `writeHead` or by the first byte, the rules see it. What
 * the application writes passes as it comes; it waits only while an asynchronous hook has the head.
 */
import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { isThenable, onOneLine } from "../../core/hooks.js";
import type { Answered } from "./apply.js";

/** `undefined`: the response goes on. `AGAIN`: someone else is asked, once the application has come to its end. */
export type Verdict = Answered | typeof AGAIN | undefined;

export const AGAIN = Symbol();

/** The application has not said anything yet. */
const OPEN = 0;
/** The head waits for a hook. */
const HELD = 1;
/** The head is out, or about to be: everything passes. */
const PASSING = 2;
/** Something else was sent: nothing passes. */
const DROPPED = 3;
/** Nothing passes, and at the end the application is asked again. */
const ENDING = 4;

const NOTHING = Buffer.alloc(0);
/** RFC 9113 §7. */
const INTERNAL_ERROR = 2;

/**
 * Has `judge` called with the head set; `again` when the application is to answer once more. What comes back sends an
 * answer in the application's place, past the judge.
 */
export function intercept(
  response: ServerResponse,
  judge: () => Verdict | PromiseLike<Verdict>,
  again: () => void,
): (answer: Answered) => void {
  const { writeHead, write, end } = response;
  const before = response.getHeaders();
  let state = OPEN;
  let waiting: (() => void)[] = [];

  /** `explicit`: the application called for the head by itself, before any byte. */
  function begin(explicit: boolean): void {
    state = HELD;
    const verdict = judge();
    if (isThenable(verdict)) (verdict as PromiseLike<Verdict>).then((late) => settle(late, explicit)).then(undefined, failed);
    else settle(verdict, explicit);
  }

  function settle(verdict: Verdict, explicit: boolean): void {
    const held = waiting;
    waiting = [];
    if (verdict === AGAIN) {
      state = ENDING;
    } else if (verdict === undefined) {
      state = PASSING;
      // Else the first write makes the head, with the length of a body that comes whole.
      if (explicit) writeHead.call(response, response.statusCode);
    } else {
      send(verdict);
    }
    for (const each of held) each();
    if (held.length > 0 && state === PASSING) response.emit("drain");
  }

  /** A head that a hook spoiled, of which nobody would hear. */
  function failed(error: unknown): void {
    console.error(`selvedge: the response could not be sent: ${onOneLine(error)}`);
    state = DROPPED;
    breakOff(response);
  }

  function send({ body }: Answered): void {
    // The application may have framed a body of its own.
    for (const name of ["transfer-encoding", "trailer"]) response.removeHeader(name);
    if (body !== undefined) response.setHeader("content-length", body.length);
    // Node makes the head by calling `writeHead`.
    state = PASSING;
    end.call(response, body, undefined as never);
    state = DROPPED;
  }

  function restart(): void {
    state = DROPPED;
    // The application's own `end` returns first.
    process.nextTick(() => {
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      for (const [name, value] of Object.entries(before)) response.setHeader(name, value!);
      response.statusCode = 200;
      response.statusMessage = "";
      state = OPEN;
      again();
    });
  }

  response.writeHead = function (status: number, ...rest: unknown[]): ServerResponse {
    // 1xx tell of something that goes on, or end HTTP in favour of another protocol.
    if (state === PASSING || (state === OPEN && status < 200)) return writeHead.call(response, status, ...(rest as []));
    if (state === OPEN) {
      takeHead(response, status, rest);
      begin(true);
    }
    return response;
  } as ServerResponse["writeHead"];

  // Node's own writes the head as UTF-8, and its values are bytes already.
  response.flushHeaders = function (): void {
    if (state === OPEN) begin(true);
    if (state === PASSING) void (response.writableEnded || write.call(response, NOTHING, undefined as never));
    else if (state === HELD) waiting.push(() => response.flushHeaders());
  };

  // What tells of an answer to come has no place after it: the client would take it for the next one.
  for (const name of ["writeContinue", "writeProcessing", "writeEarlyHints"] as const) {
    const inform = response[name] as ((...args: unknown[]) => void) | undefined;
    if (inform === undefined) continue;
    (response[name] as typeof inform) = (...args) => {
      if (state < DROPPED) inform.apply(response, args);
    };
  }

  // Who has called for the head must not begin another answer while it waits.
  Object.defineProperty(response, "headersSent", {
    configurable: true,
    get: () => state === HELD || (Reflect.get(Object.getPrototypeOf(response) as object, "headersSent", response) as boolean),
  });

  response.write = function (...args: unknown[]): boolean {
    if (state === OPEN) begin(false);
    if (state === PASSING) return write.apply(response, asBytes(response, args) as Parameters<typeof write>);
    if (state === HELD) {
      waiting.push(() => response.write(...(args as Parameters<typeof write>)));
      return false;
    }
    called(args);
    return true;
  } as ServerResponse["write"];

  response.end = function (...args: unknown[]): ServerResponse {
    if (state === OPEN) begin(false);
    if (state === PASSING) {
      end.apply(response, asBytes(response, args) as Parameters<typeof end>);
    } else if (state === HELD) {
      waiting.push(() => response.end(...(args as Parameters<typeof end>)));
    } else {
      called(args);
      if (state === ENDING) restart();
    }
    return response;
  } as ServerResponse["end"];

  return send;
}

/** Ends an answer so that nobody takes what there is for the whole. */
export function breakOff(response: ServerResponse): void {
  const { stream } = response as { stream?: { close?(code: number): void } };
  if (stream?.close === undefined) response.destroy();
  else stream.close(INTERNAL_ERROR);
}

/** What `writeHead` was given, where the rules can see it. */
function takeHead(response: ServerResponse, status: number, rest: readonly unknown[]): void {
  response.statusCode = status;
  if (typeof rest[0] === "string") response.statusMessage = rest[0];
  const headers = (typeof rest[0] === "string" ? rest[1] : (rest[0] ?? rest[1])) as
    | OutgoingHttpHeaders
    | OutgoingHttpHeader[]
    | undefined;
  if (headers == null) return;
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
    return;
  }
  const seen = new Set<string>();
  const flat = headers.flat() as string[];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const name = flat[i]!;
    if (seen.has(name.toLowerCase())) response.appendHeader(name, flat[i + 1]!);
    else response.setHeader(name, flat[i + 1]!);
    seen.add(name.toLowerCase());
  }
}

/** Node writes a head that goes out with a text in the text's encoding: values beyond ASCII would be encoded once more. */
function asBytes(response: ServerResponse, args: unknown[]): unknown[] {
  const [chunk, encoding] = args;
  if (typeof chunk !== "string" || response.headersSent) return args;
  const bytes = Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8");
  return typeof encoding === "string" ? [bytes, ...args.slice(2)] : [bytes, ...args.slice(1)];
}

/** The callback of a write that goes nowhere. */
function called(args: readonly unknown[]): void {
  const callback = args.find((each) => typeof each === "function") as (() => void) | undefined;
  if (callback !== undefined) process.nextTick(callback);
}
