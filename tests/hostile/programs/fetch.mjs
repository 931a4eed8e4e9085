// selvedge/fetch behind the server of a runtime: `PROGRAM RULES` prints the port that it listens on.
import process from "node:process";
import { siteOf } from "./site.mjs";

const site = siteOf(JSON.parse(process.argv.at(-1)));

if (globalThis.Deno) {
  globalThis.Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: ({ port }) => console.log(port) }, (request, { remoteAddr }) => site(request, remoteAddr.hostname));
} else {
  console.log(globalThis.Bun.serve({ port: 0, hostname: "127.0.0.1", development: false, fetch: (request, server) => site(request, server.requestIP(request)?.address) }).port);
}
