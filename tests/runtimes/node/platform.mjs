// An HTTP server around selvedge/node, with an application after it.
import { once } from "node:events";
import { createServer, get } from "node:http";

export function site(middleware, rules, options, origin) {
  const handle = middleware(rules, options);
  const application = async (response) => {
    const { status, headers, body } = await origin();
    response.writeHead(status, Object.fromEntries(headers)).end(body === null ? undefined : Buffer.from(await new Response(body).arrayBuffer()));
  };
  return async ({ url }) => {
    const server = createServer((request, response) => handle(request, response, () => application(response)));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const [{ statusCode, headers }] = await once(get({ host: "127.0.0.1", port: server.address().port, path: new URL(url).pathname, agent: false }), "response");
    server.close();
    server.closeAllConnections();
    return new Response(null, { status: statusCode, headers });
  };
}

export const bundles = { conditions: ["node"], words: ["headersDistinct"] };
