// The memo of the reader's answers never gives a wrong one, whatever the order of texts and numbers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { event } from "./events.mjs";
import { KINDS, OPS, planOf, readerOf } from "./fake.mjs";
import { createHandler } from "./internal.mjs";

test("hot, random and mixed paths get the answers of their own", async () => {
  const plan = planOf({ stages: { 2: { inputs: [[KINDS.path]], status: true } }, lists: { ops: [[OPS.set, "A"]] } });
  const reader = readerOf({ decide: (_, [path], __, status) => (path.endsWith("0") ? 0 : [[plan.op("ops"), `${path} ${status}`]]) });
  const handler = createHandler(plan.bytes, () => reader);
  let seed = 1;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  const send = async (uri, status) => {
    const { headers } = await handler(event("origin-response", { request: { uri }, response: { status: String(status) } }), {});
    assert.equal(headers.a?.[0].value, uri.endsWith("0") ? undefined : `${uri} ${status}`);
  };
  for (let i = 0; i < 40000; i++) {
    const hot = i < 3000 || i > 25000;
    await send(`/${random(hot ? 40 : 1e6)}`, 200 + random(i % 3 ? 1 : 300));
  }
  // After paths that never repeat it takes a while until it is worth looking again.
  for (let i = 0; i < 40000; i++) await send("/hot", 200);
  const before = reader.calls;
  for (let i = 0; i < 1000; i++) await send("/hot", 200);
  assert.ok(reader.calls - before < 10, `${reader.calls - before} calls`);
});
