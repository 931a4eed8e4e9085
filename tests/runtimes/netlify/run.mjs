// selvedge/netlify in Deno, which runs Netlify's edge functions: `node tests/runtimes/netlify/run.mjs [text in a name …]`.
import { conformance } from "../shared/conformance.mjs";
import { inDeno, version } from "../shared/deno.mjs";

await conformance({
  name: "netlify",
  title: `selvedge/netlify in Deno ${version}, with a context as Netlify's types have it`,
  folder: import.meta.url,
  platform: "netlify",
  run: inDeno(new URL("program.mjs", import.meta.url)),
});
