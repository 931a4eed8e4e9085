import { createServer } from "node:http2";
import { seenBy } from "../shared/application.mjs";
import { listening } from "../shared/listening.mjs";

const { middleware } = await import("selvedge/node");

export const name = "node-h2";
export const inEachNode = true;
export const kinds = ["node", "front"];
export const title = `selvedge/node over node:http2 in Node ${process.versions.node}`;
export const overHttp2 = true;

export function open(rules, options) {
  const handle = middleware(rules, options);
  return listening(createServer((request, response) => handle(request, response, () => response.end(JSON.stringify(seenBy(request))))));
}
