import { createServer } from "node:http";
import { tool, toolVersion } from "../../runtimes/shared/project.mjs";
import { seenBy } from "../shared/application.mjs";
import { listening } from "../shared/listening.mjs";

const { middleware } = await import("selvedge/node");

export const name = "connect";
export const kinds = ["node", "front"];
export const title = `selvedge/node in connect ${toolVersion("connect")}`;

export async function open(rules, options) {
  const { default: connect } = await tool("connect");
  const app = connect();
  app.use(middleware(rules, options));
  // It cuts off what a handler is mounted at.
  app.use("/public", (request, response) => response.end(JSON.stringify(seenBy(request, "/public"))));
  app.use((request, response) => response.end(JSON.stringify(seenBy(request))));
  return listening(createServer({ requireHostHeader: false }, app));
}
