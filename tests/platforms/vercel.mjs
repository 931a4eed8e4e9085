// The example's middleware in Vercel's edge runtime, behind a server that does what it says. Runs in the example's folder.
import { createServer } from "node:http";
import { pipeline } from "node:stream/promises";
import { filesOf } from "../../examples/files.mjs";
import { edgeRuntime } from "../runtimes/vercel/edge-runtime.mjs";
import { route } from "../runtimes/vercel/platform.mjs";

const files = filesOf("build");
const runtime = edgeRuntime(new URL("vercel-program.mjs", import.meta.url));

createServer(async ({ method, url, headers }, outgoing) => {
  const request = new Request(`http://${headers.host}${url}`, { method, headers });
  const { status, headers: lines, body } = await route(request, (message) => runtime.dispatchFetch(message.url, message), files);
  outgoing.writeHead(status, [...lines].flat());
  await pipeline(body ?? [], outgoing);
}).listen(Number(process.env.PORT), "127.0.0.1");
