/**
 * A plan as a JavaScript module. The bytes travel as text with one character for each, and the frequent ones have those
 * that need no escape: that keeps repetitions in sight of gzip, where base64 shifts them out of it. load/inline.ts reads
 * wasm in the same form. The module imports nothing, reads no file, and needs neither Buffer nor atob.
 */
import { basename, extname } from "node:path";
import type { Platform } from "#dist/compile/compile.js";
import { HANDLERS, type PlanPlatform } from "#dist/generated/handlers.js";
import type { CompiledForm } from "#dist/tools/plan-facts.js";
import { IS_PLAIN, isPlain, PLAIN_COUNT } from "#dist/generated/plain.js";

export const FORMATS = ["bytes", "esm", "cjs"] as const;
export type Format = (typeof FORMATS)[number];

/** The source of a module whose default export (CommonJS: whose export) is the plan. */
export function moduleOf(plan: Uint8Array, format: "esm" | "cjs", platform: Platform, files: readonly string[], by = "`selvedge build`"): string {
  const { order, text } = textOf(plan);
  const names = files.map((file) => basename(file)).join(", ").replace(/[^\x20-\x7e]/g, "?");
  return `// A plan for ${platform}, compiled from ${names} by ${by}. Do not edit: build it again.
/* eslint-disable */
const order = ${JSON.stringify(order)};
const text = ${JSON.stringify(text)};
const frequent = order.match(/../g).map((hex) => parseInt(hex, 16));
const others = [...Array(256).keys()].filter((byte) => !frequent.includes(byte));
const byte = Uint8Array.from({ length: 256 }, (_, code) => (${IS_PLAIN} ? frequent : others).shift());
const plan = new Uint8Array(text.length);
for (let at = 0; at < plan.length; at++) plan[at] = byte[text.charCodeAt(at)];
${format === "esm" ? "export default plan;" : "module.exports = plan;"}
`;
}

/** The declarations that belong to a module. */
export function declarationsOf(output: string, format: "esm" | "cjs"): { readonly file: string; readonly text: string } {
  const ending = extname(output);
  const types = ({ ".mjs": ".d.mts", ".cjs": ".d.cts", ".js": ".d.ts" } as Record<string, string>)[ending];
  const file = types === undefined ? `${output}.d.ts` : output.slice(0, -ending.length) + types;
  const last = format === "esm" ? "export default plan;" : "export = plan;";
  return { file, text: `/** A plan, as the compiled entries of selvedge take it. */\ndeclare const plan: Uint8Array;\n${last}\n` };
}

/** How a handler uses the plan. */
export function usage(output: string, format: Format, platform: PlanPlatform, form: CompiledForm): string {
  const { entry, maker, handler } = HANDLERS[platform];
  const from = `selvedge/${form}/${entry}`;
  const file = `./${basename(output)}`;
  const last = `${exported(handler, format === "cjs" ? "cjs" : "esm")} ${maker}(plan);`;
  switch (format) {
    case "cjs":
      return `const { ${maker} } = require("${from}");\nconst plan = require("${file}");\n\n${last}`;
    case "esm":
      return `import { ${maker} } from "${from}";\nimport plan from "${file}";\n\n${last}`;
    case "bytes":
      return `import { readFileSync } from "node:fs";\nimport { ${maker} } from "${from}";\n\nconst plan = readFileSync(new URL("${file}", import.meta.url));\n${last}`;
  }
}

/** How a module exports the handler under its name. */
function exported(name: string, format: "esm" | "cjs"): string {
  if (format === "cjs") return name === "default" ? "module.exports =" : `exports.${name} =`;
  return name === "default" ? "export default" : `export const ${name} =`;
}

/** The bytes that have plain characters, in hex by falling frequency, and the text. */
function textOf(bytes: Uint8Array): { order: string; text: string } {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]!++;
  const order = Array.from(counts.keys()).sort((one, other) => counts[other]! - counts[one]! || one - other);
  const frequent = order.slice(0, PLAIN_COUNT);
  const others = order.slice(PLAIN_COUNT).sort((one, other) => one - other);
  const ordered = [...frequent, ...others];
  const codes = Array.from(counts.keys());
  const plain = codes.filter(isPlain);
  const character: string[] = [];
  [...plain, ...codes.filter((code) => !isPlain(code))].forEach((code, at) => {
    character[ordered[at]!] = String.fromCharCode(code);
  });
  return {
    order: frequent.map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    text: Array.from(bytes, (byte) => character[byte]).join(""),
  };
}
