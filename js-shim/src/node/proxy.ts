/** The request sent on to an origin that a rule chose, and its answer sent back, both as streams. */
import { request as requestHttp, type ServerResponse, type OutgoingHttpHeaders } from "node:http";
import { request as requestHttps } from "node:https";
import { CONNECTION_FIELDS } from "../connection-fields.js";
import { onOneLine } from "../hooks.js";
import type { CustomHeaders, Origin } from "../origin.js";
import type { Exchange } from "./exchange.js";

export function sendOn(x: Exchange, { fields }: Origin): void {
  const { request, response } = x;
  const field = new Map(fields);
  const host = String(field.get("domainName") ?? x.host ?? "localhost");
  const secure = field.get("protocol") !== "http";
  const port = Number(field.get("port") ?? (secure ? 443 : 80));
  const headers: OutgoingHttpHeaders = { ...request.headers, host: port === (secure ? 443 : 80) ? host : `${host}:${port}` };
  for (const name of CONNECTION_FIELDS) delete headers[name];
  for (const [name, entries] of Object.entries((field.get("customHeaders") ?? {}) as CustomHeaders)) {
    headers[name] = entries.length === 1 ? entries[0]!.value : entries.map(({ value }) => value);
  }
  // A body of unknown length is in chunks again on its way.
  if (request.headers["transfer-encoding"] !== undefined) headers["transfer-encoding"] = "chunked";
  const path = `${String(field.get("path") ?? "")}${x.target}`;
  const timeout = Number(field.get("readTimeout") ?? 30) * 1000;

  const upstream = (secure ? requestHttps : requestHttp)({ host, port, path, method: request.method, headers, timeout });
  let late = false;
  upstream.on("timeout", () => {
    late = true;
    upstream.destroy(new Error(`no answer in ${timeout} ms`));
  });
  upstream.on("error", (error) => {
    if (response.destroyed || response.writableEnded) return;
    console.error(`selvedge: the origin ${host}:${port} could not be asked: ${onOneLine(error)}`);
    // Half an answer is none, and must not look like one.
    if (response.headersSent) response.destroy(error);
    else fail(response, late ? 504 : 502);
  });
  upstream.on("response", (answer) => {
    response.statusCode = answer.statusCode ?? 502;
    response.statusMessage = answer.statusMessage ?? "";
    for (const [name, values] of Object.entries(answer.headersDistinct)) {
      if (!CONNECTION_FIELDS.includes(name)) response.setHeader(name, values!.length === 1 ? values![0]! : values!);
    }
    answer.on("error", (error) => response.destroy(error));
    answer.pipe(response);
  });
  // The viewer is gone.
  response.on("close", () => upstream.destroy());
  if (request.readableEnded) upstream.end();
  else request.pipe(upstream);
}

function fail(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.setHeader("cache-control", "no-store");
  response.end();
}
