// The example in workerd, started by miniflare: `node examples/cloudflare-rust/tests/run.mjs FOLDER`, where FOLDER is what
// wasm-bindgen (--target bundler --out-name index) made of it. `cargo xtask test --only worker` makes and runs it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { join, resolve } from "node:path";
import { tool } from "../../../tests/runtimes/shared/project.mjs";

const { convertV4MiniflareOptions, Miniflare } = await tool("miniflare");

const folder = resolve(process.argv[2] ?? "target/worker");
// What worker-build writes, in short.
const main = `
  import * as glue from "./index_bg.js";
  import module from "./index_bg.wasm";
  const instance = new WebAssembly.Instance(module, { "./index_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start?.();
  export default { fetch: (request, env, context) => glue.fetch(request, env, context) };
`;
const snippets = readdirSync(folder, { recursive: true }).filter((name) => name.startsWith("snippets") && name.endsWith(".js"));
const modules = [
  { type: "ESModule", path: "main.js", contents: main },
  ...["index_bg.js", ...snippets].map((path) => ({ type: "ESModule", path, contents: readFileSync(join(folder, path), "utf8") })),
  { type: "CompiledWasm", path: "index_bg.wasm", contents: readFileSync(join(folder, "index_bg.wasm")) },
];

const asked = [];
// miniflare encodes bodies as their headers say.
async function origin(request) {
  const { pathname } = new URL(request.url);
  asked.push(`${request.method} ${pathname}`);
  if (pathname === "/app/index.html") return new Response("app", { headers: { "x-amz-meta-owner": "me" } });
  if (pathname === "/a.js.br") return new Response("compressed", { headers: { "content-type": "application/octet-stream" } });
  if (pathname === "/zipped") return new Response("plain", { headers: { "content-encoding": "gzip" } });
  if (pathname === "/cookies") return new Response("", { headers: [["set-cookie", "a=1"], ["set-cookie", "b=2; Path=/"]] });
  return new Response("nothing", { status: 404 });
}

const options = { modules, compatibilityDate: "2026-01-01", cf: { country: "DE" }, telemetry: { enabled: false }, host: "127.0.0.1", outboundService: origin };
const miniflare = new Miniflare(convertV4MiniflareOptions(options));
const url = await miniflare.ready;
const send = (path, init = {}) => miniflare.dispatchFetch(`https://example.org${path}`, { redirect: "manual", ...init });
async function raw(path, headers) {
  const response = await new Promise((done, failed) => get(new URL(path, url), { headers }, done).on("error", failed));
  let body = "";
  for await (const chunk of response) body += chunk;
  return { headers: response.headers, body };
}

try {
  const moved = await send("/old/a?b=1");
  assert.deepEqual([moved.status, moved.headers.get("location")], [301, "/new/a?b=1"]);
  assert.equal((await send("/")).headers.get("location"), "/de/", "country of request.cf");
  assert.deepEqual(asked, [], "rules answered");

  const app = await send("/app/settings");
  assert.deepEqual([app.status, await app.text()], [200, "app"]);
  assert.deepEqual([app.headers.get("x-amz-meta-owner"), app.headers.get("referrer-policy")], [null, "same-origin"]);
  assert.deepEqual(asked.splice(0), ["GET /app/settings", "GET /app/index.html"]);
  assert.equal((await send("/app/settings", { method: "POST", body: "x" })).status, 404);

  // Byte for byte: what fetch would decode.
  const script = await raw("/a.js", { "accept-encoding": "br" });
  assert.deepEqual([script.headers["content-encoding"], script.headers["content-type"]], ["br", "text/javascript; charset=utf-8"]);
  assert.equal(script.body, "compressed");
  const zipped = await send("/zipped");
  assert.equal(await zipped.text(), "plain");
  assert.deepEqual((await send("/cookies")).headers.getSetCookie(), ["a=1", "b=2; Path=/"]);
  console.log("the example in workerd: all as it must be");
} finally {
  await miniflare.dispose();
}
