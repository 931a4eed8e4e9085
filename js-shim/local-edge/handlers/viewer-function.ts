/** A CloudFront Function: JavaScript without Node around it, and what it returns is held against what CloudFront takes. */
import { createHash, createHmac } from "node:crypto";
import * as querystring from "node:querystring";
import { createContext, Script } from "node:vm";
import { MAX_FUNCTION_BYTES } from "#dist/generated/cloudfront-limits.js";
import type { Event } from "../message.js";
import type { Called, ConsoleLine, EdgeFunction } from "./function.js";
import { type ChosenOrigin, Malformed, viewerEvent, viewerResult } from "./viewer-messages.js";

/** CloudFront stops a call in less than a millisecond of computing. */
const MILLISECONDS = 1000;
const IMPORT = /^[ \t]*import\s+(?:\*\s+as\s+)?([\w$]+)\s+from\s+(["'])(cloudfront|crypto|querystring)\2[ \t]*;?/gm;
/** The modules of runtime 2.0 besides `cloudfront`. */
const MODULES = { crypto: { createHash, createHmac }, querystring: { ...querystring } };

/**
 * What a call runs in. `get()` of a store rejects for a key that is not there.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-custom-methods.html
 */
const CALL = `(make, modules, text, raw, store, done, failed) => {
 const lines = [];
 const printer = (level) => (...values) => void lines.push({ level, text: values.map((value) => typeof value === "string" ? value : JSON.stringify(value)).join(" ") });
 globalThis.console = { log: printer("log"), info: printer("info"), debug: printer("debug"), warn: printer("warn"), error: printer("error") };
 (async () => {
  const pairs = JSON.parse(store), cf = { updateRequestOrigin: (given) => { origin = given } };
  let origin = null;
  cf.kvs = () => {
    if (!pairs) throw new Error("The function has no KeyValueStore here.");
    return { get: async (key) => {
      if (!Object.hasOwn(pairs, key)) throw new Error("KeyNotFound");
      return pairs[key];
    } };
  };
  const event = JSON.parse(text);
  event.request.rawQueryString = () => raw;
  const all = { ...modules, cloudfront: cf };
  const require = (name) => {
    if (!Object.hasOwn(all, name)) throw new Error("There is no module " + name + " in CloudFront Functions.");
    return all[name];
  };
  const result = await make(all, require)(event);
  if (result && result.rawQueryString) delete result.rawQueryString;
  return JSON.stringify({ result, origin });
 })().then((text) => done(text, JSON.stringify(lines)), (error) => failed(String(error && error.stack || error), JSON.stringify(lines)));
}`;

/** A call without a result: the message is all that the function's author can use. */
class Unanswered extends Error {}

export class ViewerFunction implements EdgeFunction {
  readonly isAtViewer = true;
  /** What the function returned and chose, as JSON. What it printed is told before it fails. */
  readonly #call: (text: string, raw: string | undefined, printed: (lines: readonly ConsoleLine[]) => void) => string;

  /** @param store `store.json`; `null` where the function has no KeyValueStore */
  constructor(
    readonly name: string,
    source: string,
    store: string | null,
  ) {
    const bytes = Buffer.byteLength(source);
    if (bytes > MAX_FUNCTION_BYTES) throw new Malformed(`the function has ${bytes} bytes, and CloudFront takes ${MAX_FUNCTION_BYTES}`);
    const context = createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false }, microtaskMode: "afterEvaluate" });
    Object.assign(context, { Buffer, atob, btoa });
    new Script("for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics']) delete globalThis[name]").runInContext(context);
    // Of an import its lines stay, so that those of an error are those of the file.
    const names: string[] = [];
    const rest = source.replace(IMPORT, (statement: string, local: string, _, module: string) => {
      names.push(`const ${local} = $modules.${module};`);
      return statement.replace(/[^\n]/g, "");
    });
    const make: unknown = new Script(`(function ($modules, require) {${names.join("")}${rest}\nreturn handler;\n})`, { filename: name }).runInContext(context);
    const call = new Script(CALL).runInContext(context) as unknown;
    const pairs = store === null ? null : Object.fromEntries((JSON.parse(store) as { readonly data: readonly { readonly key: string; readonly value: string }[] }).data.map(({ key, value }) => [key, value]));
    // What runs too long is stopped only in a script, with all that its promises bring about: nothing that they wait for is outside.
    const start = new Script("call(make, modules, text, raw, store, done, failed)");
    this.#call = (text, raw, printed) => {
      let [answer, failure]: (string | undefined)[] = [];
      const tell = (lines: string): void => printed(JSON.parse(lines) as ConsoleLine[]);
      const [done, failed] = [(text: string, lines: string) => (tell(lines), void (answer = text)), (text: string, lines: string) => (tell(lines), void (failure = text))];
      Object.assign(context, { call, make, modules: MODULES, text, raw, store: JSON.stringify(pairs), done, failed });
      start.runInContext(context, { timeout: MILLISECONDS });
      if (answer === undefined) throw new Unanswered(failure ?? "The function returned a promise that never settles.");
      return answer;
    };
  }

  async call(event: Event): Promise<Called> {
    const started = performance.now();
    const sent = viewerEvent(event);
    let console: readonly ConsoleLine[] = [];
    const spent = (): number => performance.now() - started;
    let answer: string;
    try {
      answer = this.#call(JSON.stringify(sent.event), sent.rawQuery, (lines) => (console = lines));
    } catch (error) {
      const { message, stack = message } = error as Error;
      return { failure: error instanceof Unanswered ? message : stack, console, milliseconds: spent() };
    }
    try {
      const { result, origin } = JSON.parse(answer) as { readonly result?: unknown; readonly origin: ChosenOrigin | null };
      return { result: viewerResult(event, sent, result), ...(origin !== null && { origin }), console, milliseconds: spent() };
    } catch (error) {
      return { invalid: (error as Error).message, console, milliseconds: spent() };
    }
  }

  close(): void {}
}
