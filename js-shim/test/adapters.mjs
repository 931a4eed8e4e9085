// Every adapter over Request and Response by the name of its entry, and Node's middleware behind a real server, all as one
// kind of function: the platforms of tests/runtimes around them.
import { readFileSync } from "node:fs";
import { createServer, request as requestHttp } from "node:http";
import { Readable } from "node:stream";
import { middleware as onNode } from "../../pkg/dist/plain/node.js";

/** Their messages are not Request and Response. */
const OTHERS = new Set(["lambda-edge", "node"]);

/** By name: (rules, hooks, origin, facts) → request → response. `origin` answers what no rule does. */
export const fetchShaped = {};
for (const { entry, maker } of JSON.parse(readFileSync(new URL("../adapters.json", import.meta.url), "utf8"))) {
  if (OTHERS.has(entry)) continue;
  const [made, { site }] = await Promise.all([import(`../../pkg/dist/plain/${entry}.js`), import(`../../tests/runtimes/${entry}/platform.mjs`)]);
  fetchShaped[entry] = (rules, hooks, origin, facts) => site(made[maker], rules, { hooks, facts }, origin);
}

/** An application of Node behind the middleware. `send` asks it over the network. */
export async function nodeServer(t, rules, hooks, application, options = {}) {
  const rulesFirst = onNode(rules, { hooks, ...options });
  const address = await listen(t, (request, response) => rulesFirst(request, response, () => application(request, response)));
  return {
    address,
    /** @returns { status, message, headers, body, informed } */
    send: (path, { method = "GET", headers = {} } = {}) =>
      new Promise((done, failed) => {
        const informed = [];
        const sent = requestHttp(address + path, { method, headers, agent: false }, (response) => {
          let body = "";
          response.setEncoding("latin1").on("data", (text) => (body += text)).on("error", failed);
          response.on("end", () => done({ status: response.statusCode, message: response.statusMessage, headers: response.headers, body, informed }));
        });
        sent.on("information", ({ statusCode }) => informed.push(statusCode)).on("error", failed).end();
      }),
  };
}

/** A server on the loopback for the length of a test. */
export async function listen(t, handle) {
  const server = createServer(handle).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** A body of many chunks, made one by one as they are asked for. */
export function longBody(chunks, size = 65536) {
  const chunk = new Uint8Array(size);
  const body = { made: 0, cancelled: false };
  body.stream = new ReadableStream({
    pull(controller) {
      if (body.made++ < chunks) controller.enqueue(chunk);
      else controller.close();
    },
    cancel() {
      body.cancelled = true;
    },
  });
  body.readable = () => Readable.fromWeb(body.stream);
  return body;
}
