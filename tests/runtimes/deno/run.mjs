// selvedge/fetch in Deno: `node tests/runtimes/deno/run.mjs [text in a name …]`.
import { conformance } from "../shared/conformance.mjs";
import { inDeno, version } from "../shared/deno.mjs";

await conformance({
  name: "deno",
  title: `selvedge/fetch in Deno ${version}`,
  folder: import.meta.url,
  platform: "fetch",
  facts: ["country", "device"],
  run: inDeno(new URL("program.mjs", import.meta.url)),
});
