/** Rules in JavaScript or TypeScript. They run in a thread of their own: a build that watches must read them anew. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { InputError } from "../cli/input-error.js";
import { readModule } from "./module-text.js";
import type { Reply } from "./script-worker.js";

export interface Script {
  /** The rules as JSON. */
  readonly text: string;
  readonly dependencies: readonly string[];
}

const TYPESCRIPT = new Set([".ts", ".mts", ".cts"]);

/** Whether a name is that of rules in code, such as `edge.rules.ts`. */
export function isScript(file: string): boolean {
  return /(?:^|[./\\])rules\.[cm]?[jt]s$/.test(file);
}

/** The default export of a module, or its export `rules`. */
export async function runScript(file: string): Promise<Script> {
  if (TYPESCRIPT.has(extname(file)) && !(process.features as { typescript?: unknown }).typescript) {
    throw new InputError(`Node ${process.version} does not load TypeScript`, { where: file, help: "use Node 22.18 or later, or write these rules in JavaScript" });
  }
  const worker = new Worker(new URL("./script-worker.js", import.meta.url), { workerData: file });
  try {
    const reply = await new Promise<Reply>((done, failed) => {
      worker.once("message", done);
      worker.once("error", failed);
      worker.once("exit", (code) => failed(new Error(`it ended the process with code ${code}`)));
    });
    if ("failure" in reply) throw new InputError(reply.failure, { where: file });
    return { text: reply.text, dependencies: dependenciesOf(file) };
  } finally {
    await worker.terminate();
  }
}

/** The file, and what it imports from its own project. */
function dependenciesOf(file: string, found = new Set<string>()): string[] {
  found.add(file);
  for (const { specifier } of readModule(readFileSync(file, "utf8")).imports) {
    if (!/^\.{1,2}\//.test(specifier)) continue;
    const imported = resolve(dirname(file), specifier);
    if (existsSync(imported) && !found.has(imported)) dependenciesOf(imported, found);
  }
  return [...found];
}
