// selvedge/vercel in Vercel's edge runtime: `node tests/runtimes/vercel/run.mjs [text in a name …]`.
import { conformance } from "../shared/conformance.mjs";
import { toolVersion } from "../shared/project.mjs";
import { edgeRuntime } from "./edge-runtime.mjs";

await conformance({
  name: "vercel",
  title: `selvedge/vercel in edge-runtime ${toolVersion("edge-runtime")}`,
  folder: import.meta.url,
  platform: "vercel",
  async run(batch) {
    const { context } = edgeRuntime(new URL("program.mjs", import.meta.url));
    return JSON.parse(await context.runBatch(JSON.stringify(batch)));
  },
});
