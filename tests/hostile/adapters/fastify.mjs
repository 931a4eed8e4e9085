import { createServer } from "node:http";
import { tool, toolVersion } from "../../runtimes/shared/project.mjs";
import { seenBy } from "../shared/application.mjs";

const { middleware } = await import("selvedge/node");

export const name = "fastify";
export const kinds = ["node", "front"];
export const title = `selvedge/node in Fastify ${toolVersion("fastify")}`;

/** In front of Fastify as a whole, which chooses the route before its first hook. */
export async function open(rules, options) {
  const { default: fastify } = await tool("fastify");
  const handle = middleware(rules, options);
  const app = fastify({
    serverFactory: (handler) => createServer({ requireHostHeader: false }, (request, response) => handle(request, response, () => handler(request, response))),
  });
  app.all("/*", (request, reply) => {
    const seen = seenBy(request.raw);
    const routed = `/${request.params["*"]}`;
    reply.send(JSON.stringify(seen.path === "*" || decodeURI(seen.path) === routed ? seen : { ...seen, path: `${seen.path}, routed by ${routed}` }));
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  return { port: app.server.address().port, close: () => app.close() };
}
