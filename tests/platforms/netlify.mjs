// For Deno: the example's edge function behind a server. The context is what Netlify's types say of it; its files are the
// published folder's. Runs in the example's folder.
import process from "node:process";
import { filesOf } from "../../examples/files.mjs";
import edgeFunction from "../../examples/netlify/netlify/edge-functions/rules.mjs";

const files = filesOf("build");

Deno.serve({ hostname: "127.0.0.1", port: Number(process.env.PORT) }, (request, { remoteAddr }) =>
  edgeFunction(request, {
    geo: {},
    ip: remoteAddr.hostname,
    requestId: crypto.randomUUID(),
    url: new URL(request.url),
    next: (message = request) => files(message),
    waitUntil() {},
  }));
