// The engines that stand in for CloudFront's own. Each takes a list of calls, `{ source, event, raw, store? }`, where a store is an
// object of its pairs, and gives a list of `{ result, origin }` or `{ error }`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import vm from "node:vm";
import { tool } from "../shared/project.mjs";

/**
 * What runs in the engine: the module "cloudfront" over the pairs of a store, and an event as CloudFront hands it over. `done` is
 * called with what the function made of it, as JSON. As AWS documents it, get() rejects for a key that is not there.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-custom-methods.html
 */
const CALL = `
function cloudfront(pairs) {
  var cf = { chosen: null, gets: 0 };
  cf.updateRequestOrigin = function (origin) { cf.chosen = origin; };
  if (pairs) cf.kvs = function () {
    return { get: function (key) {
      cf.gets += 1;
      return new Promise(function (resolve, reject) {
        if (typeof key === "string" && key !== "" && Object.prototype.hasOwnProperty.call(pairs, key)) resolve(pairs[key]);
        else reject(new Error("KeyNotFound"));
      });
    } };
  };
  return cf;
}
function call(cf, handler, event, raw, done) {
  event.request.rawQueryString = function () { return raw; };
  function finish(result) {
    if (result && result.rawQueryString) delete result.rawQueryString;
    done(JSON.stringify({ result: result, origin: cf.chosen, gets: cf.gets }));
  }
  function fail(error) { done(JSON.stringify({ error: String(error) + " " + (error && error.stack || "") })); }
  try {
    var result = handler(event);
    if (result && typeof result.then === "function") result.then(finish, fail);
    else finish(result);
  } catch (error) { fail(error); }
}`;

/** A call as statements that hand its outcome to `done`. */
function program({ source, event, raw, store = null }, done) {
  return `var cf = cloudfront(JSON.parse(${JSON.stringify(JSON.stringify(store))}));
call(cf, ${expression(source)}(cf), JSON.parse(${JSON.stringify(JSON.stringify(event))}), ${JSON.stringify(raw)}, ${done});`;
}

const IMPORT = /^import cf from 'cloudfront'\n/;

/** The source as an expression: its handler. */
function expression(source) {
  return `(function (cf) {\n${source.replace(IMPORT, "")}\nreturn handler;\n})`;
}

/** An origin that the function chose, in the form of the cases. */
function outcome({ result, origin, gets, error }) {
  if (error !== undefined) return new Error(error);
  if (gets > 1) return new Error(`the function read ${gets} keys of its store`);
  return { result, origin: origin && chosen(origin) };
}

function chosen({ domainName, originPath, customHeaders, customOriginConfig = {}, timeouts = {}, originAccessControlConfig: access }) {
  const fields = { domainName, path: originPath, ...customOriginConfig, readTimeout: timeouts.readTimeout, keepaliveTimeout: timeouts.keepAliveTimeout, region: access?.region };
  if (customHeaders) fields.customHeaders = Object.fromEntries(Object.entries(customHeaders).map(([name, value]) => [name, [{ key: name, value }]]));
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { [access?.enabled ? "s3" : "custom"]: given };
}

/** Node, with nothing but the language and Buffer. */
export function node() {
  const context = vm.createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
  context.Buffer = Buffer;
  for (const name of ["WebAssembly", "SharedArrayBuffer", "Atomics", "console"]) vm.runInContext(`delete globalThis.${name}`, context);
  vm.runInContext(CALL, context);
  return {
    name: `Node ${process.versions.node}`,
    run: async (calls) => {
      const results = [];
      for (const one of calls) {
        const text = await new Promise((done) => {
          context.done = done;
          vm.runInContext(`(function () { ${program(one, "globalThis.done")} })()`, context);
        });
        results.push(outcome(JSON.parse(text)));
      }
      return results;
    },
  };
}

/** QuickJS, which has no Buffer: that of a function turns text into hexadecimal digits, and such digits into text. */
export async function quickjs() {
  const { getQuickJS } = await tool("quickjs-emscripten");
  const engine = await getQuickJS();
  const buffer = `
var Buffer = { from: function (text, coding) { return { toString: function () {
  if (coding === "hex") return decoded(text);
  var hex = "";
  encodeURIComponent(text.replace(/[\\ud800-\\udbff](?![\\udc00-\\udfff])|(^|[^\\ud800-\\udbff])[\\udc00-\\udfff]/g, "\\ufffd")).replace(/%(..)|[^]/g, function (all, code) { hex += code ? code.toLowerCase() : all.charCodeAt(0).toString(16); });
  return hex;
} }; } };`;
  return {
    name: "QuickJS",
    run: (calls) => {
      const context = engine.newContext();
      try {
        context.newFunction("decoded", (hex) => context.newString(Buffer.from(context.getString(hex), "hex").toString())).consume((decoded) => context.setProp(context.global, "decoded", decoded));
        context.unwrapResult(context.evalCode(buffer + CALL)).dispose();
        return calls.map((one) => {
          const run = `var outcome; (function () { ${program(one, "function (text) { outcome = text; }")} })();`;
          context.unwrapResult(context.evalCode(run)).dispose();
          context.unwrapResult(context.runtime.executePendingJobs());
          const value = context.unwrapResult(context.evalCode("outcome"));
          const text = context.getString(value);
          value.dispose();
          return outcome(JSON.parse(text));
        });
      } finally {
        context.dispose();
      }
    },
  };
}

/** njs, which CloudFront's own engine resembles most. It frees no memory, so each process takes a part of the calls. */
export function njs() {
  const { stdout, error } = spawnSync("njs", ["-v"], { encoding: "utf8" });
  if (error) return undefined;
  const batch = 100;
  return {
    name: `njs ${stdout.trim()}`,
    // 0.7.9 fails, or never ends, where the last match of /…/g ends a text beyond ASCII of 32, 64, … characters: "bad offset value".
    isAscii: true,
    run: (calls) => {
      const folder = mkdtempSync(join(tmpdir(), "selvedge-njs-"));
      try {
        const results = [];
        for (let at = 0; at < calls.length; at += batch) {
          const done = (number) => `function (text) { fs.appendFileSync(output, JSON.stringify([${number}, JSON.parse(text)]) + "\\n"); }`;
          const programs = calls.slice(at, at + batch).map((one, number) => program(one, done(number)));
          const output = join(folder, `${at}.jsonl`);
          const file = join(folder, `${at}.js`);
          writeFileSync(file, `var fs = require("fs"), output = ${JSON.stringify(output)};\n${CALL}\n${programs.map((program) => `(function () { ${program} })();`).join("\n")}`);
          const { stdout, stderr, status } = spawnSync("njs", [file], { encoding: "utf8" });
          const all = existsSync(output) ? readFileSync(output, "utf8").split("\n").slice(0, -1) : [];
          if (status !== 0 || all.length !== programs.length) throw new Error(`njs: ${stderr}${stdout}`.slice(0, 2000));
          // What waits for a store comes after all that does not.
          const outcomes = all.map((line) => JSON.parse(line)).sort(([one], [other]) => one - other);
          results.push(...outcomes.map(([, found]) => outcome(found)));
        }
        return results;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}
