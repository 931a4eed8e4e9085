// Vercel's edge runtime with a program in it, as its build would upload it.
import { bundle } from "../shared/bundle.mjs";
import { tool } from "../shared/project.mjs";

const { EdgeRuntime } = await tool("edge-runtime");

/** Makes the modules, and then refuses to make more, as Vercel documents it: no code but what was uploaded. */
const COMPILE = `
  const { Module } = WebAssembly;
  globalThis.wasmModules = {};
  for (const name of Object.keys(wasmFiles)) if (name.endsWith(".wasm")) wasmModules[name] = new Module(wasmFiles[name]);
  const refuse = () => { throw new EvalError("no WebAssembly may be compiled here"); };
  WebAssembly.Module = new Proxy(Module, { construct: refuse });
  WebAssembly.compile = refuse;
`;

/** Bundles the module at this URL and runs it. */
export function edgeRuntime(entry) {
  const files = bundle(entry, "--conditions=edge-light,worker,browser", "--target=es2022");
  // Vercel's build compiles what is imported as `FILE.wasm?module`, and hands the program each module by a global name.
  const program = files["main.js"].toString().replace(/^import (\w+) from "\.\/([\w.-]+\.wasm)\?module";$/gm, 'const $1 = wasmModules["$2"];');
  const runtime = new EdgeRuntime({ extend: (context) => Object.assign(context, { wasmFiles: files }), initialCode: COMPILE });
  runtime.evaluate(`(() => {${program}})();`);
  return runtime;
}
