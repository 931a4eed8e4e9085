// selvedge/fetch in Node: `node tests/runtimes/fetch/run.mjs [text in a name …]`.
import { conformance } from "../shared/conformance.mjs";
import { runBatch } from "../shared/program/batch.mjs";

const { fetchAdapter } = await import("../shared/program/fetch.mjs");
const [major] = process.versions.node.split(".");

await conformance({
  name: `fetch-node-${major}`,
  title: `selvedge/fetch in Node ${process.versions.node}`,
  folder: import.meta.url,
  platform: "fetch",
  facts: ["country", "device"],
  run: (batch) => runBatch(batch, fetchAdapter),
});
