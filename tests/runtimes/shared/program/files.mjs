// For runtimes with a file system: `PROGRAM BATCH RESULTS` reads the one file and writes the other.
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { runBatch } from "./batch.mjs";

export async function runFiles(adapter) {
  const [batch, results] = process.argv.slice(-2);
  writeFileSync(results, JSON.stringify(await runBatch(JSON.parse(readFileSync(batch, "utf8")), adapter)));
}
