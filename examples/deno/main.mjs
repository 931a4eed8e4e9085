// The rules in front of a folder, in Deno's own server. Deno Deploy runs this file as it is.
import { edge } from "selvedge/fetch";
import { filesOf } from "../files.mjs";
import rules from "../story/rules.json" with { type: "json" };

const handle = edge(rules, { facts: { clientIp: (_, { remoteAddr }) => remoteAddr.hostname } });
const files = filesOf(new URL("build", import.meta.url).pathname);

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.env.get("PORT") ?? 8000) }, (request, info) => handle(request, files, info));
