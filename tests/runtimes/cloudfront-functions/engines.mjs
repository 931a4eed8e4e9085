// The engines that stand in for CloudFront's own. Each takes a list of calls, `{ source, event, raw }`, and gives a list of
// `{ result, origin }` or `{ error }`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import vm from "node:vm";
import { tool } from "../shared/project.mjs";

/** What runs in the engine: an event as CloudFront hands it over, and what the function made of it. */
const CALL = `
function call(handler, cf, event, raw) {
  event.request.rawQueryString = function () { return raw; };
  var chosen = null;
  cf.updateRequestOrigin = function (origin) { chosen = origin; };
  try {
    var result = handler(event);
    if (result && result.rawQueryString) delete result.rawQueryString;
    return { result: result, origin: chosen };
  } catch (error) { return { error: String(error) + " " + (error && error.stack || "") }; }
}`;

const IMPORT = /^import cf from 'cloudfront'\n/;

/** The source as an expression: its handler. */
function expression(source) {
  return `(function (cf) {\n${source.replace(IMPORT, "")}\nreturn handler;\n})`;
}

/** An origin that the function chose, in the form of the cases. */
function outcome({ result, origin, error }) {
  if (error !== undefined) return new Error(error);
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
    run: (calls) => calls.map(({ source, event, raw }) => {
      const program = `JSON.stringify(call(${expression(source)}(globalThis.cf = {}), globalThis.cf, JSON.parse(${JSON.stringify(JSON.stringify(event))}), ${JSON.stringify(raw)}))`;
      return outcome(JSON.parse(vm.runInContext(program, context)));
    }),
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
        return calls.map(({ source, event, raw }) => {
          const program = `var cf = {}; JSON.stringify(call(${expression(source)}(cf), cf, JSON.parse(${JSON.stringify(JSON.stringify(event))}), ${JSON.stringify(raw)}))`;
          const value = context.unwrapResult(context.evalCode(program));
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
    run: (calls) => {
      const folder = mkdtempSync(join(tmpdir(), "selvedge-njs-"));
      try {
        const results = [];
        for (let at = 0; at < calls.length; at += batch) {
          const programs = calls.slice(at, at + batch).map(({ source, event, raw }) =>
            `var cf = {}; fs.appendFileSync(output, JSON.stringify(call(${expression(source)}(cf), cf, JSON.parse(${JSON.stringify(JSON.stringify(event))}), ${JSON.stringify(raw)})) + "\\n");`);
          const output = join(folder, `${at}.jsonl`);
          const file = join(folder, `${at}.js`);
          writeFileSync(file, `var fs = require("fs"), output = ${JSON.stringify(output)};\n${CALL}\n${programs.map((program) => `(function () { ${program} })();`).join("\n")}`);
          const { stdout, stderr, status } = spawnSync("njs", [file], { encoding: "utf8" });
          const all = existsSync(output) ? readFileSync(output, "utf8").split("\n").slice(0, -1) : [];
          if (status !== 0 || all.length !== programs.length) throw new Error(`njs: ${stderr}${stdout}`.slice(0, 2000));
          results.push(...all.map((line) => outcome(JSON.parse(line))));
        }
        return results;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}
