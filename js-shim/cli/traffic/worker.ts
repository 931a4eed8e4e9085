/** The worker: reads blocks of logs. */
import { parentPort, workerData } from "node:worker_threads";
import type { Block } from "../logs/block.js";
import { BlockReader, type Setup } from "./block-reader.js";

const reader = new BlockReader(workerData as Setup);

parentPort?.on("message", (block: Block) => {
  const result = reader.read(block);
  parentPort?.postMessage(result, [result.bytes.buffer as ArrayBuffer]);
});
