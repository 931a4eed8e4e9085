/** A user's function in a thread of its own, as Lambda has a process for each: one call at a time. */
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import { parentPort, workerData } from "node:worker_threads";
import type { ConsoleLine } from "./function.js";

/** What the thread is given when it starts. */
export interface Start {
  readonly file: string;
  /** The name that the file exports. */
  readonly name: string;
  /** Whether the runtime refuses handlers with three parameters, as nodejs24.x does. */
  readonly refusesCallbacks: boolean;
  /** A module with a `require` that loads the file, where `import` does not. */
  readonly loader: string | undefined;
}

export interface Question {
  readonly event: object;
  readonly id: string;
  readonly milliseconds: number;
}

export type Reply = { readonly console: readonly ConsoleLine[] } & (
  | { readonly loaded: true; readonly takesCallback: boolean }
  | { readonly result: string | undefined }
  | { readonly failure: string }
  | { readonly unparsable: string }
);

type Handler = (event: object, context: object, callback: (error: unknown, result?: unknown) => void) => unknown;

const { file, name, refusesCallbacks, loader } = workerData as Start;
const LEVELS = ["log", "info", "debug", "warn", "error"] as const;
const MAX_LINES = 200;
const MAX_LENGTH = 10_000;
/** An error may be its own cause. */
const MAX_CAUSES = 4;
let lines: ConsoleLine[] = [];

for (const level of LEVELS) {
  console[level] = (...values: unknown[]) => log(level, format(...values));
}
// Lambda logs these as well.
for (const [stream, level] of [[process.stdout, "log"], [process.stderr, "error"]] as const) {
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    const done = rest.find((value) => typeof value === "function");
    log(level, (typeof chunk === "string" ? chunk : Buffer.from(chunk).toString()).replace(/\n$/, ""));
    if (done !== undefined) queueMicrotask(() => done());
    return true;
  };
}

const handler = await load().catch((error: unknown) => {
  say({ failure: `The file cannot be loaded.\n${textOf(error)}` });
  process.exit(0);
});
say({ loaded: true, takesCallback: handler.length >= 3 });
parentPort?.on("message", (question: Question) => void answer(question));

async function load(): Promise<Handler> {
  const url = pathToFileURL(file).href;
  const { require } = (loader === undefined ? {} : await import(loader)) as { require?: (file: string, from: string) => unknown };
  const module = (require === undefined ? await import(url) : require(file, url)) as Record<string, unknown>;
  const exported = module[name] ?? (module["default"] as Record<string, unknown> | undefined)?.[name];
  if (typeof exported !== "function") {
    const names = Object.keys({ ...module, ...(typeof module["default"] === "object" ? module["default"] : {}) }).filter((key) => key !== "default" && key !== "module.exports");
    throw `${file} exports no function "${name}"${names.length === 0 ? "" : `; it exports ${names.join(", ")}`}. Write: exports.${name} = async (event) => …`;
  }
  if (refusesCallbacks && exported.length >= 3) {
    throw `Runtime.CallbackHandlerDeprecated: the handler has ${exported.length} parameters, and nodejs24.x refuses callbacks. Write it as async (event, context) => …, or try it as it ran before with --runtime nodejs22.x`;
  }
  return exported as Handler;
}

async function answer({ event, id, milliseconds }: Question): Promise<void> {
  const until = performance.now() + milliseconds;
  const context = {
    awsRequestId: id,
    callbackWaitsForEmptyEventLoop: true,
    functionName: "us-east-1.local",
    functionVersion: "1",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:us-east-1.local:1",
    memoryLimitInMB: "128",
    logGroupName: "/aws/lambda/us-east-1.local",
    logStreamName: "local",
    getRemainingTimeInMillis: () => Math.max(0, Math.round(until - performance.now())),
  };
  let result: unknown;
  try {
    result = await called(event, context);
  } catch (error) {
    return say({ failure: textOf(error) });
  }
  try {
    say({ result: JSON.stringify(result) });
  } catch (error) {
    say({ unparsable: textOf(error) });
  }
}

/** A promise or, where there is none, what the callback gets. */
function called(event: object, context: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const callback = (error: unknown, result?: unknown): void => (error === null || error === undefined ? resolve(result) : reject(error));
    const returned = handler(event, context, callback);
    if (typeof (returned as PromiseLike<unknown> | undefined)?.then === "function") (returned as PromiseLike<unknown>).then(resolve, reject);
    // Without a callback parameter and without a promise, Lambda takes what came back at once.
    else if (handler.length < 3 && returned !== undefined) resolve(returned);
  });
}

function log(level: ConsoleLine["level"], text: string): void {
  if (lines.length < MAX_LINES) lines.push({ level, text: text.slice(0, MAX_LENGTH) });
}

function say(reply: Record<string, unknown>): void {
  parentPort?.postMessage({ ...reply, console: lines });
  lines = [];
}

function textOf(error: unknown, depth = 0): string {
  if (typeof error === "string") return error;
  if (!(error instanceof Error)) return format("%o", error);
  // Frames of this file and of Node say nothing about the handler.
  const text = (error.stack ?? error.message).split("\n").filter((line) => !/^ +at .*(?:handler-worker\.js|node:internal)/.test(line)).join("\n");
  // Of what `fetch` throws, only the cause says anything.
  return error.cause === undefined || depth >= MAX_CAUSES ? text : `${text}\ncause: ${textOf(error.cause, depth + 1)}`;
}
