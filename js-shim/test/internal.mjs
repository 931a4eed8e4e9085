// Adapters without a reader: what tests hand a fake one, or one that traps.
import { buildSync } from "esbuild";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = mkdtempSync(join(tmpdir(), "selvedge-test-"));
const { createHandler: handlerOf } = await bundled("lambda-edge/handler");
const { createPass: passOf } = await bundled("fetch/pass");

export const createHandler = (plan, instantiate, hooks) => handlerOf({ plan, instantiate }, hooks);
export const createPass = (plan, instantiate) => passOf({ plan, instantiate }, { name: "fetch", facts: {} });

async function bundled(module) {
  const entry = fileURLToPath(new URL(`../src/${module}.ts`, import.meta.url));
  const { outputFiles } = buildSync({ entryPoints: [entry], bundle: true, format: "esm", target: "node20", write: false });
  const file = join(folder, `${module.replace("/", "-")}.mjs`);
  writeFileSync(file, outputFiles[0].contents);
  return import(pathToFileURL(file).href);
}
