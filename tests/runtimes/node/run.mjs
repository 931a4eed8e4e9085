// selvedge/node in front of an application, over HTTP: `node tests/runtimes/node/run.mjs [text in a name …]`.
import { conformance } from "../shared/conformance.mjs";
import { reported, ways } from "../shared/program/batch.mjs";
import { close, facts, open, send } from "./server.mjs";

const { middleware } = await import("selvedge/node");
const { middleware: fromPlan } = await import("selvedge/compiled/regex/node");
const [major] = process.versions.node.split(".");
const adapter = { plain: (rules) => middleware(rules, { facts }), compiled: (plan) => fromPlan(plan, { facts }) };

async function runCase(one) {
  const outcomes = [];
  for (const [way, handle] of ways(one, adapter)) outcomes.push({ way, ...(await send(handle, one)) });
  return { outcomes };
}

await conformance({
  name: `node-${major}`,
  title: `selvedge/node over HTTP in Node ${process.versions.node}`,
  folder: import.meta.url,
  platform: "fetch",
  facts: ["country", "device"],
  urls: false,
  async run(batch) {
    await open();
    const cases = [];
    for (const one of batch.cases) cases.push(await reported(() => runCase(one)));
    close();
    return { cases, errors: [] };
  },
});
