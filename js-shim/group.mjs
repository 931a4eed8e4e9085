// The ES modules of the package by groups, for those who do not bundle them: what takes time at a start is the number of files.
// A module is still there by its name, as an entry to its group, so each is loaded once whoever asks for it.
// `node group.mjs FROM TO`: modules of FROM, as they were transpiled one by one, into TO.
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { rollup } from "rollup";

const [from, to] = process.argv.slice(2);

/** The files of groups, and the modules in each. What takes the wasm stays by itself: nobody loads more of that than is asked for, and the playground has its own. */
const GROUPS = [
  ["core/all", /^(core|generated\/layout)\/|^generated\/(bodiless|handlers|names|plain)$|^load\/(instance|plan|refused)$/],
  ["compile/compiler", /^compile\/compile$|^load\/(compiler|rules)$/],
  ["compile/all", /^compile\/|^adapters\/[^/]+\/compile-options$/],
  ["adapters/fetch/all", /^adapters\/fetch\//],
  ["adapters/lambda-edge/all", /^adapters\/lambda-edge\//],
  ["adapters/node/all", /^adapters\/node\//],
  ["tools/all", /^tools\/(?!engine|negotiate|project|expectation)|^load\/tools$/],
];

const nameOf = (file) => relative(from, file).replace(/\.js$/, "");
const groupOf = (file) => GROUPS.find(([, modules]) => modules.test(nameOf(file)))?.[0];

const modules = readdirSync(from, { recursive: true }).filter((file) => file.endsWith(".js")).sort();

const bundle = await rollup({
  input: Object.fromEntries(modules.map((file) => [nameOf(join(from, file)), join(from, file)])),
  external: /^(#|node:)/,
  preserveEntrySignatures: "strict",
  // Nothing is taken away: that is for the bundlers of those who use the package.
  treeshake: false,
  plugins: [{ name: "constants-first", renderChunk: (code) => constantsFirst(code) }],
  onwarn(warning) {
    // A module of types alone.
    if (warning.code !== "EMPTY_BUNDLE") throw new Error(warning.message);
  },
});
await bundle.write({
  dir: to,
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "[name].js",
  manualChunks: groupOf,
  onlyExplicitManualChunks: true,
  hoistTransitiveImports: false,
  minifyInternalExports: false,
});

/** esbuild writes a constant's value for its name where nothing but constants comes before it. */
function constantsFirst(code) {
  const rank = (line) => {
    if (line.startsWith("import ")) return 0;
    return /^const [\w$]+ = (-?\d+|"[^"\\]*"|1 << \d+);$/.test(line) ? 1 : 2;
  };
  const lines = code.split("\n").map((line) => [rank(line), line]);
  return [0, 1, 2].flatMap((wanted) => lines.filter(([rank]) => rank === wanted)).map(([, line]) => line).join("\n");
}
