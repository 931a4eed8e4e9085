// The rules in front of a folder, in Bun's own server.
import { edge } from "selvedge/fetch";
import { filesOf } from "../files.mjs";
import rules from "../story/rules.json";

const handle = edge(rules, { facts: { clientIp: (request, server) => server.requestIP(request)?.address } });
const files = filesOf(new URL("build", import.meta.url).pathname);

Bun.serve({
  hostname: process.env.HOST ?? "127.0.0.1",
  port: process.env.PORT ?? 3000,
  fetch: (request, server) => handle(request, files, server),
});
