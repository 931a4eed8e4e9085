// HTTP in front of the edge: Node's messages to those of CloudFront's events, and back.
import { createServer } from "node:http";
import { mapOf } from "./bucket.mjs";

const HOST = "127.0.0.1";
const URL_LENGTH = 8192;
/** For tests and demos: where the viewer is. */
const COUNTRY = "x-demo-country";
const PORTS_TO_TRY = 20;

/**
 * Serves the edge on loopback.
 *
 * @param pages answers what is not for the edge: `(request, response, url) => boolean`
 */
export function edgeServer(edge, pages = () => false) {
  return createServer(async (request, response) => {
    try {
      const url = targetOf(request.url);
      if (url === undefined) return refuse(response, 400, "Bad Request");
      if (request.url.length >= URL_LENGTH) return refuse(response, 413, "Request Entity Too Large");
      if (await pages(request, response, url)) return;
      request.resume();
      const headers = mapOf(pairs(request.rawHeaders));
      const { [COUNTRY]: country, ...shown } = headers;
      const viewer = { clientIp: request.socket.remoteAddress ?? HOST, method: request.method, ...url, headers: shown };
      send(response, await edge.answer(viewer, { country: country?.[0].value }), request.method);
    } catch (error) {
      console.error(error);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, "Internal Server Error");
    }
  });
}

/**
 * Listens on loopback.
 *
 * @param port 0 = any
 * @param strict whether it must be this port, else the next free one will do
 * @returns the URL
 */
export async function listen(server, port, strict = true) {
  for (let at = port; ; at++) {
    try {
      await new Promise((resolve, reject) => server.once("error", reject).listen(at, HOST, () => resolve(server.off("error", reject))));
      return `http://${HOST}:${server.address().port}`;
    } catch (error) {
      if (error.code === "EADDRINUSE" && !strict && at < Math.min(port + PORTS_TO_TRY, 65535)) continue;
      if (error.code === "EADDRINUSE") throw new Error(`port ${port} is taken${strict ? "; choose another with --port, or leave --port out to get the next free one" : `, and so are the ${PORTS_TO_TRY} after it`}`);
      if (error.code === "EACCES") throw new Error(`port ${port} may not be used by this user; choose one above 1023`);
      throw error;
    }
  }
}

/** Closes at once, open connections too. */
export async function close(server) {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

function send(response, { status, statusDescription, headers, body }, method) {
  const lines = Object.entries(headers).flatMap(([name, entries]) => entries.map(({ key = name, value }) => [key, value]));
  // Of one name, all lines at once: Node would keep the last.
  const names = new Map();
  for (const [key, value] of lines) names.set(key, [...(names.get(key) ?? []), value]);
  response.sendDate = false;
  response.statusCode = Number(status);
  response.statusMessage = statusDescription.replace(/[^\t\x20-\x7e]/g, "");
  for (const [key, values] of names) response.setHeader(key, values.map(latin1));
  response.end(method === "HEAD" ? undefined : body);
}

function refuse(response, status, reason) {
  response.writeHead(status, reason, { "content-type": "text/plain", connection: "close" }).end(`${status} ${reason}\n`);
}

/** Path and query, as they came. */
function targetOf(target) {
  const path = /^https?:\/\/[^/?#]*(.*)$/i.exec(target)?.[1] ?? target;
  if (path !== "" && !path.startsWith("/") && !path.startsWith("?")) return undefined;
  const at = path.indexOf("?");
  return at < 0 ? { uri: path || "/", querystring: "" } : { uri: path.slice(0, at) || "/", querystring: path.slice(at + 1) };
}

function* pairs(list) {
  for (let i = 0; i < list.length; i += 2) yield [list[i], list[i + 1]];
}

/** Functions write UTF-8; Node sends one byte per character. */
function latin1(value) {
  return /^[\0-\xff]*$/.test(value) ? value : Buffer.from(value).toString("latin1");
}
