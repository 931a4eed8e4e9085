import { createServer } from "node:http";
import { seenBy } from "../shared/application.mjs";
import { listening } from "../shared/listening.mjs";

const { middleware } = await import("selvedge/node");

export const name = "node";
export const inEachNode = true;
export const kinds = ["node", "front"];
export const title = `selvedge/node over node:http in Node ${process.versions.node}`;

export function open(rules, options) {
  const handle = middleware(rules, options);
  // Node's own check would leave nothing to see.
  return listening(createServer({ requireHostHeader: false }, (request, response) => handle(request, response, () => response.end(JSON.stringify(seenBy(request))))));
}
