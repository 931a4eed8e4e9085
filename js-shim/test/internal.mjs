// The adapter without a reader: what tests hand a fake one, or one that traps.
import { buildSync } from "esbuild";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const entry = fileURLToPath(new URL("../src/lambda-edge/handler.ts", import.meta.url));
const { outputFiles } = buildSync({ entryPoints: [entry], bundle: true, format: "esm", target: "node20", write: false });
const file = join(mkdtempSync(join(tmpdir(), "selvedge-test-")), "handler.mjs");
writeFileSync(file, outputFiles[0].contents);

const internal = await import(pathToFileURL(file).href);

export const createHandler = (plan, instantiate, hooks) => internal.createHandler({ plan, instantiate }, hooks);
