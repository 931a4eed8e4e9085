// A server with the middleware of a case and an application behind it, and a client that sends a case's request byte for
// byte. Other hosts are this process too: a rule that chooses an origin finds it here.
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import { text } from "node:stream/consumers";
import { bytes, textOf, Unrepresentable } from "../shared/program/messages.mjs";

/** The case that is on its way: its middleware, its origin, its facts, and what the origin was asked. */
let current;

const server = http.createServer((request, response) => {
  current.lost = current.sent.find((name) => !Object.hasOwn(request.headers, name));
  current.handle(request, response, () => {
    current.asked(`${current.scheme}://${request.headers.host}${request.url}`, request);
    answer(response);
  });
});
const elsewhere = http.createServer((request, response) => {
  current.asked(`${current.elsewhere}${request.url}`, request);
  answer(response);
});
server.on("clientError", ({ code }, socket) => {
  current.refused = code;
  socket.destroy();
});

/** Sends a case's request through a middleware. @returns an outcome */
export async function send(handle, one) {
  const { method = "GET", url = "https://example.org/", headers = [] } = one.request;
  const [, scheme, authority, rest] = /^(https?):\/\/([^/?]*)([^]*)$/.exec(url);
  const lines = headers.some(([name]) => name.toLowerCase() === "host") ? headers : [["Host", authority], ...headers];
  current = { handle, one, scheme, sent: lines.map(([name]) => name.toLowerCase()), request: null, asked };
  const { port } = server.address();
  let response;
  try {
    const message = request({
      host: "127.0.0.1",
      port,
      method,
      path: bytes(rest.startsWith("/") ? rest : `/${rest}`),
      headers: lines.flatMap(([name, value]) => [name, bytes(value)]),
      setHost: false,
      agent: false,
    });
    message.end();
    [response] = await once(message, "response");
  } catch (error) {
    if (current.refused) throw new Unrepresentable(`Node's server refuses the request: ${current.refused}`);
    if (/^ERR_(INVALID|UNESCAPED)/.test(error.code)) throw new Unrepresentable(`Node's client refuses the request: ${error.code}`);
    throw error;
  }
  if (current.lost) throw new Unrepresentable(`Node's request.headers cannot hold ${current.lost}`);
  const found = Object.entries(response.headersDistinct).map(([name, values]) => [name, values.map(textOf)]);
  return { request: current.request, response: { status: response.statusCode, headers: Object.fromEntries(found), body: await text(response) } };
}

/** Facts that the adapter is given. */
export const facts = {
  country: () => current.one.request.country,
  device: () => current.one.request.device,
  scheme: () => current.scheme,
};

export async function open() {
  for (const each of [server, elsewhere]) await once(each.listen(0, "127.0.0.1"), "listening");
}

export function close() {
  for (const each of [server, elsewhere]) each.close();
}

function asked(url, { url: target, headers }) {
  const [path, ...query] = target.split("?");
  const lines = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.map(textOf) : textOf(value)]);
  // Where a fallback asks again, the case speaks of the first time.
  current.request ??= { url, path, query: query.join("?"), headers: Object.fromEntries(lines) };
}

function answer(response) {
  const { status = 200, headers = [], body = "" } = current.one.origin ?? {};
  response.writeHead(status, headers.flatMap(([name, value]) => [name, bytes(value)]));
  response.end(body);
}

const { request } = http;
for (const [module, scheme] of [[http, "http"], [https, "https"]]) {
  module.request = ({ host, port, ...options }) => {
    current.elsewhere = `${scheme}://${host}:${port}`;
    return request({ ...options, host: "127.0.0.1", port: elsewhere.address().port, agent: false });
  };
}
syncBuiltinESMExports();
