// negotiateEncoding chooses as RFC 9110 says, and as the reader that decides on precompressed files.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { encodingNegotiator, negotiateEncoding } from "../../pkg/dist/index.js";

const ALL = ["br", "zstd", "gzip"];

// By hand, from RFC 9110 §12.5.3 and §12.4.2.
test("qualities, wildcards, identity, case and malformed members count as RFC 9110 says", () => {
  for (const [header, expected] of [
    ["gzip, deflate, br, zstd", "br"],
    ["gzip;q=0.5, br;q=0.8", "br"],
    ["gzip;q=0.801, br;q=0.8", "gzip"],
    ["gzip;q=0.0001, br;q=0.2", "br"],
    ["br;q=0, gzip", "gzip"],
    ["*", "br"],
    ["*;q=0", undefined],
    ["*;q=0, gzip", "gzip"],
    ["br;q=0, *", "zstd"],
    ["identity;q=0", undefined],
    ["identity, gzip;q=0.5", "identity"],
    ["x-gzip", "gzip"],
    ["X-GZip;Q=0.3", "gzip"],
    ["gzip\t;\tq=0.2 , br ; q=0.1", "gzip"],
    ["gzip;q=1.001, zstd;q=0.1", "zstd"],
    ["gzip;q=, br;level=3, zstd;q=0.1", "zstd"],
    ["gzip;q=1;q=1, zstd;q=0.1", "zstd"],
    [",, ,gzip", "gzip"],
    ["gz ip, br;q=0.1", "br"],
    ["gzi\u212A, \u0261zip", "identity"],
    ["", "identity"],
    [null, "identity"],
    [undefined, "identity"],
    [["br;q=0", "gzip"], "gzip"],
  ]) {
    assert.equal(negotiateEncoding(header, ALL), expected, String(header));
  }
});

test("the answer is that of the codings asked for, however the sets take turns and change", () => {
  const changing = ["gzip", "br"];
  assert.equal(negotiateEncoding("gzip, br", changing), "gzip");
  changing.reverse();
  assert.equal(negotiateEncoding("gzip, br", changing), "br");
  assert.equal(negotiateEncoding("gzip, br", []), "identity");
  assert.equal(negotiateEncoding("identity, gzip", ["Identity", "GZIP"]), "identity");
  assert.equal(negotiateEncoding("gzip", ["Identity", "GZIP"]), "GZIP");
  const prepared = encodingNegotiator(changing);
  changing.pop();
  assert.equal(prepared("gzip"), "gzip");
});

test("random values get what the reader makes of them", () => {
  const { exports: reader } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(new URL("../../pkg/dist/reader.wasm", import.meta.url))));
  const codings = [...ALL, "identity"];
  /** 3 bits a coding: its rank, 0 where it is not acceptable. */
  const expected = (header, available) => {
    const bytes = Buffer.from(header);
    const at = reader.input(bytes.length);
    new Uint8Array(reader.memory.buffer).set(bytes, at);
    const ranks = reader.accept(bytes.length);
    const rank = (coding) => (ranks >> (3 * codings.indexOf(coding))) & 7;
    let best;
    for (const coding of [...available, "identity"]) if (rank(coding) > (best === undefined ? 0 : rank(best))) best = coding;
    return best;
  };
  let seed = 1;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  const one = (of) => of[random(of.length)];
  const parts = [...codings, "*", "x-gzip", "GZip", "deflate", ",", ", ", ",", ";", ";q=", ";q=0", ";q=1", ";Q=0.", "; q=0.5", "0", "5", "1", ".", "=", " ", "\t", "\n", "é", "q", "-", "x-"];
  for (let i = 0; i < 50_000; i++) {
    const header = Array.from({ length: 1 + random(9) }, () => one(parts)).join("");
    const available = codings.filter(() => random(2)).sort(() => random(3) - 1);
    assert.equal(negotiateEncoding(header, available), expected(header, available), JSON.stringify([header, available]));
  }
});
