/** A user's function in a process of its own, as in Lambda: one call at a time. */
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import { Worker } from "node:worker_threads";
import type { ConsoleLine } from "./function.js";
import { OUT_OF_MEMORY, type Question, type Reply, type Start } from "./protocol.js";

type Callback = (error: unknown, result?: unknown) => void;
type Handler = (event: object, context: object, callback: Callback) => unknown;

const LEVELS = ["log", "info", "debug", "warn", "error"] as const;
const MAX_LINES = 200;
const MAX_LENGTH = 10_000;
/** An error may be its own cause. */
const MAX_CAUSES = 4;
/**
 * Bytes of the whole process. The heap has a limit of its own; buffers are outside of it. Node itself has up to 100 MB with
 * tsx, and a heap of 128 MB up to 32 MB more for what is new.
 */
const MAX_RESIDENT = 320 << 20;
const WATCH_MILLISECONDS = 20;
let lines: ConsoleLine[] = [];

// The handler finds no way to speak in this one's place.
const send = process.send?.bind(process);
const { stringify } = JSON;
delete process.send;
watch();

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
process.on("disconnect", () => process.exit());

const [{ file, name, refusesCallbacks }] = (await once(process, "message")) as [Start];
// A module that awaits what never comes ends the process, if nothing else is left to do.
process.channel?.unref();
const handler = await load().catch((error: unknown) => {
  // Only Node itself knows the line of an error of syntax in a module, and prints it where nothing catches the error.
  if (error instanceof SyntaxError) throw error;
  say({ failure: `The file cannot be loaded.\n${textOf(error)}` }, () => process.exit(0));
  return new Promise<never>(() => undefined);
});
process.on("message", (question: Question) => void answer(question));
process.channel?.ref();
say({ loaded: true, takesCallback: handler.length >= 3 });

async function load(): Promise<Handler> {
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const inDefault = module["default"] as Record<string, unknown> | undefined;
  const exported = module[name] ?? inDefault?.[name];
  if (typeof exported !== "function") {
    const names = Object.keys({ ...module, ...(typeof inDefault === "object" ? inDefault : {}) }).filter((key) => key !== "module.exports" && (key !== "default" || typeof inDefault !== "object"));
    const instead = exported !== undefined ? `; "${name}" is of type ${typeof exported}` : names.length === 0 ? "" : `; it exports ${names.join(", ")}`;
    throw `${file} exports no function "${name}"${instead}. Write: exports.${name} = async (event) => …`;
  }
  if (refusesCallbacks && exported.length >= 3) {
    throw `Runtime.CallbackHandlerDeprecated: the handler has ${exported.length} parameters, and nodejs24.x refuses callbacks. Write it as async (event, context) => …, or try it as it ran before with --runtime nodejs22.x`;
  }
  return exported as Handler;
}

async function answer({ event, id, milliseconds }: Question): Promise<void> {
  let result: unknown;
  try {
    result = await called(event, contextOf(id, performance.now() + milliseconds));
  } catch (error) {
    return say({ failure: textOf(error) });
  }
  try {
    say({ result: stringify(result) });
  } catch (error) {
    say({ unparsable: textOf(error) });
  }
}

function contextOf(id: string, until: number): object {
  return {
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
}

/** A promise or, where there is none, what the callback gets. */
function called(event: object, context: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, result) => (error === null || error === undefined ? resolve(result) : reject(error));
    // Runtimes that take callbacks have kept these from the first of all.
    const old = refusesCallbacks ? {} : { done: callback, succeed: resolve, fail: (error: unknown) => reject(error ?? "handled") };
    const returned = handler(event, { ...context, ...old }, callback);
    if (typeof (returned as PromiseLike<unknown> | undefined)?.then === "function") (returned as PromiseLike<unknown>).then(resolve, reject);
    // Without a callback parameter and without a promise, Lambda takes what came back at once.
    else if (handler.length < 3 && returned !== undefined) resolve(returned);
  });
}

function log(level: ConsoleLine["level"], text: string): void {
  if (lines.length < MAX_LINES) lines.push({ level, text: text.slice(0, MAX_LENGTH) });
}

function say(reply: Record<string, unknown>, sent: () => void = () => undefined): void {
  send?.({ ...reply, console: lines } as unknown as Reply, sent);
  lines = [];
}

function textOf(error: unknown, depth = 0): string {
  if (typeof error === "string") return error;
  if (!(error instanceof Error)) return format("%o", error);
  // Frames of this file and of Node say nothing about the handler.
  const text = (error.stack ?? error.message).split("\n").filter((line) => !/^ +at .*(?:handler-worker\.js|\(node:|at node:)/.test(line)).join("\n");
  // Of what `fetch` throws, only the cause says anything.
  return error.cause === undefined || depth >= MAX_CAUSES ? text : `${text}\ncause: ${textOf(error.cause, depth + 1)}`;
}

/** A thread sees what a busy process cannot: that it has grown too large, or that nobody waits for it any more. */
function watch(): void {
  const source = `
const { writeSync } = require("node:fs");
const parent = process.ppid;
setInterval(() => {
  const isFull = process.memoryUsage.rss() > ${MAX_RESIDENT};
  if (!isFull && process.ppid === parent) return;
  if (isFull) writeSync(2, ${JSON.stringify(OUT_OF_MEMORY)});
  process.kill(process.pid, "SIGKILL");
}, ${WATCH_MILLISECONDS});`;
  new Worker(source, { eval: true, env: {}, execArgv: [] }).unref();
}
