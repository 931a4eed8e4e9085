/** Runs a module that exports rules, and says them as JSON. */
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { textOf } from "#dist/compile/rules-text.js";

export type Reply = { readonly text: string } | { readonly failure: string };

function say(reply: Reply): void {
  parentPort?.postMessage(reply);
}

try {
  const module = (await import(pathToFileURL(workerData as string).href)) as Record<string, unknown>;
  const rules = module["default"] ?? module["rules"];
  if (rules === undefined) say({ failure: "exports no rules; write export default defineRules({ … })" });
  else say({ text: textOf(rules) });
} catch (error) {
  say({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
