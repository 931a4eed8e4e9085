// selvedge/fetch behind the server of a runtime: `PROGRAM RULES` prints the port that it listens on.
import process from "node:process";
import { edge } from "selvedge/fetch";

const site = edge(JSON.parse(process.argv.at(-1)), { origin: seen, facts: { clientIp: (_, address) => address } });

/** The application. A host that a rule chose is asked by the adapter. */
function seen(request) {
  const { pathname, search, host } = new URL(request.url);
  return Response.json({ path: pathname, query: search.slice(1), host, rules: request.headers.get("x-host") });
}

if (globalThis.Deno) {
  globalThis.Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: ({ port }) => console.log(port) }, (request, { remoteAddr }) => site(request, remoteAddr.hostname));
} else {
  console.log(globalThis.Bun.serve({ port: 0, hostname: "127.0.0.1", development: false, fetch: (request, server) => site(request, server.requestIP(request)?.address) }).port);
}
