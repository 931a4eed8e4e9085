import { once } from "node:events";
import { createServer, get } from "node:http";

/** A request over HTTP, through the middleware and to an application behind it. */
export const asker = (handle) => async (path) => {
  const server = createServer((request, response) => {
    handle(request, response, () => response.writeHead(200, { "Content-Type": "text/html", "x-amz-meta-owner": "someone" }).end("<p>"));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const [{ statusCode, headers }] = await once(get({ host: "127.0.0.1", port: server.address().port, path, agent: false }), "response");
  server.close();
  server.closeAllConnections();
  return { status: statusCode, headers };
};
