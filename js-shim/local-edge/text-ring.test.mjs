// The memory of the last traces: node --test js-shim/local-edge/text-ring.test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "../test/source.mjs";

const { TextRing } = await source("local-edge/pipeline/text-ring.ts");

test("the last texts are there, each as it was, and no more bytes than were taken", () => {
  const ring = new TextRing(1000, 20);
  const sent = [];
  // Lengths that do not divide the memory, and characters of one to four bytes.
  for (let i = 0; i < 3000; i++) {
    const text = ["a", "é", "€", "😀"][i % 4].repeat(1 + ((i * 7919) % 40)) + i;
    sent.push([`n${i}`, text]);
    ring.keep(`n${i}`, text);
    const kept = [...ring.all()];
    assert.deepEqual(kept, sent.slice(-kept.length).map(([, last]) => last));
    assert.ok(kept.length >= 1 && kept.length <= 20);
    const bytes = kept.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
    assert.ok(bytes <= 1000);
    // Only what a long one may take, and what no text fits into at the end, is not used.
    if (i > 100 && kept.length < 20) assert.ok(bytes > 1000 - 2 * 170, `${bytes}`);
    for (const [name, last] of sent.slice(-kept.length)) assert.equal(ring.find(name), last);
    assert.equal(ring.find(sent.at(-kept.length - 1)?.[0] ?? "none"), undefined);
  }
});

test("one that is too long is not kept, and takes no other away", () => {
  const ring = new TextRing(10, 5);
  ring.keep("a", "12345");
  ring.keep("b", "12345678901");
  assert.deepEqual([ring.find("a"), ring.find("b")], ["12345", undefined]);
  ring.keep("c", "1234567890");
  assert.deepEqual([...ring.all()], ["1234567890"]);
  ring.clear();
  assert.deepEqual([...ring.all()], []);
});
