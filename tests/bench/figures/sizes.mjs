// What ships to the edge: bytes of the bundle, compressed.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { bundle } from "../bundle.mjs";
import { entry } from "../package.mjs";

const figure = (name, title, file, target, aim) => ({
  name,
  title,
  target,
  aim,
  unit: "KB gzip",
  measure: () => {
    const bytes = readFileSync(bundle(name, `export { lambdaEdge } from ${JSON.stringify(entry(file))};`, "esm"));
    return { measured: gzipSync(bytes, { level: 9 }).length / 1024, detail: `${bytes.length} bytes raw` };
  },
});

export const figures = [
  figure("size-compiled", "bundle of compiled/lambda-edge", "compiled/lambda-edge", 32, 20),
  figure("size-regex", "bundle of compiled/regex/lambda-edge", "compiled/regex/lambda-edge", 60),
  figure("size-rules", "bundle of lambda-edge", "plain/lambda-edge", 120, 100),
];
