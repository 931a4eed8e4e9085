import { bundle } from "../../runtimes/shared/bundle.mjs";
import { tool, toolVersion } from "../../runtimes/shared/project.mjs";

const { convertV4MiniflareOptions, Miniflare } = await tool("miniflare");

export const name = "workerd";
export const kinds = ["fetch"];
export const title = `selvedge/cloudflare in workerd ${toolVersion("workerd")}`;

export async function open(rules) {
  const files = bundle(new URL("../programs/worker.mjs", import.meta.url), "--conditions=workerd,worker,browser", "--target=es2022");
  const modules = Object.entries(files).map(([path, contents]) => ({ path, contents, type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule" }));
  modules.sort((a, b) => a.type.localeCompare(b.type)).reverse();
  const options = { modules, bindings: { RULES: rules }, compatibilityDate: "2026-11-01", cf: false, telemetry: { enabled: false }, host: "127.0.0.1", port: 0 };
  const miniflare = new Miniflare(convertV4MiniflareOptions(options));
  const { port } = await miniflare.ready;
  return { port: Number(port), close: () => miniflare.dispose() };
}
