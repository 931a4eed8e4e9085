// selvedge/cloudflare in workerd, started by miniflare: `node tests/runtimes/cloudflare/run.mjs [text in a name …]`.
import { bundle } from "../shared/bundle.mjs";
import { conformance } from "../shared/conformance.mjs";
import { tool, toolVersion } from "../shared/project.mjs";

const { convertV4MiniflareOptions, Miniflare } = await tool("miniflare");

async function inWorkerd(batch) {
  const files = bundle(new URL("program.mjs", import.meta.url), "--conditions=workerd,worker,browser", "--target=es2022");
  const modules = Object.entries(files).map(([path, contents]) => ({ path, contents, type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule" }));
  modules.sort((a, b) => a.type.localeCompare(b.type)).reverse();
  const options = { modules, compatibilityDate: "2026-11-01", cf: false, telemetry: { enabled: false }, host: "127.0.0.1" };
  const miniflare = new Miniflare(convertV4MiniflareOptions(options));
  try {
    const response = await miniflare.dispatchFetch("http://localhost/", { method: "POST", body: JSON.stringify(batch) });
    return await response.json();
  } finally {
    await miniflare.dispose();
  }
}

await conformance({
  name: "cloudflare",
  title: `selvedge/cloudflare in workerd ${toolVersion("workerd")}`,
  folder: import.meta.url,
  platform: "cloudflare",
  run: inWorkerd,
});
