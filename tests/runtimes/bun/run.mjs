// selvedge/fetch in Bun: `node tests/runtimes/bun/run.mjs [text in a name …]`.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { conformance, throughFiles } from "../shared/conformance.mjs";
import { binary } from "../shared/project.mjs";

const bun = binary("@oven", "bin", "bun");

await conformance({
  name: "bun",
  title: `selvedge/fetch in Bun ${execFileSync(bun, ["--version"], { encoding: "utf8" }).trim()}`,
  folder: import.meta.url,
  platform: "fetch",
  facts: ["country", "device"],
  run: throughFiles(bun, "run", fileURLToPath(new URL("program.mjs", import.meta.url))),
});
