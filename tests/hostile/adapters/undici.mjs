import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { siteOf } from "../programs/site.mjs";
import { listening } from "../shared/listening.mjs";

export const name = "undici";
export const inEachNode = true;
export const kinds = ["fetch"];
export const title = `selvedge/fetch over node:http, with the Request and Response of Node ${process.versions.node}`;

/** As the usual bridges do it: what no Request can be made of, or has no host that is one, is 400, and an answer that fails within its body ends the connection. */
export function open(rules) {
  const site = siteOf(rules);
  return listening(
    createServer({ requireHostHeader: false }, async (incoming, outgoing) => {
      let request;
      try {
        request = requestOf(incoming);
      } catch {
        return outgoing.writeHead(400).end();
      }
      const response = await site(request, incoming.socket.remoteAddress);
      outgoing.writeHead(response.status, response.statusText, [...response.headers].flat());
      if (response.body === null) outgoing.end();
      else await pipeline(Readable.fromWeb(response.body), outgoing).catch(() => outgoing.destroy());
    }),
  );
}

function requestOf(incoming) {
  const { method, url, headers, rawHeaders } = incoming;
  const lines = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1]]] : []));
  const body = method === "GET" || method === "HEAD" ? undefined : Readable.toWeb(incoming);
  if (!/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d*)?$/i.test(headers.host ?? "")) throw new TypeError("no host");
  return new Request(url.startsWith("/") ? `http://${headers.host}${url}` : url, { method, headers: lines, body, duplex: "half" });
}
