/** HTTP in front of the edge: Node's messages to those of events, and back. */
import { createSecureServer } from "node:http2";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Certificate } from "./certificate.js";
import type { HeaderLine } from "./message.js";
import type { Made } from "./pipeline/made.js";
import { requestId, type Viewer } from "./pipeline/edge.js";
import type { Secret } from "./secret.js";
import type { SiteNames } from "./site-names.js";
import { Trace } from "./pipeline/trace.js";
import type { Traces } from "./pipeline/traces.js";
import { received, sent, textOf } from "./wire.js";

export const LOOPBACK = "127.0.0.1";
const MAX_URL = 8192;
/** Bytes of a request without its body. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const MAX_HEAD = 32_768;
/** Bytes that Node reads of one, so that what is too long is answered here. */
export const MAX_PARSED = 4 * MAX_HEAD;
const MAX_BODY = 32 << 20;
const PORTS_TO_TRY = 20;
/** Where the viewer is, who has it, and at which address: for whoever tries things out. */
const COUNTRY = "selvedge-country";
const DEVICE = "selvedge-device";
const ADDRESS = "selvedge-ip";
/** `http` for a viewer who came by HTTP. */
const PROTOCOL = "selvedge-protocol";
/** The secret of the inspector's form. */
export const FORM = "selvedge-form";

/** Answers requests of viewers. */
export interface Pipeline {
  answer(viewer: Viewer, trace: Trace): Promise<Made>;
}

/** What the edge takes for true of viewers that do not say otherwise. */
export interface Assumed {
  readonly country: string | undefined;
  readonly device: readonly string[];
  readonly clientIp: string | undefined;
}

/** What a site is served with. */
export interface Site {
  pipeline(): Pipeline;
  names(): SiteNames;
  readonly form: Secret;
  readonly traces: Traces;
  readonly assumed: Assumed;
  warn(text: string): void;
}

/** @param certificate of a site by HTTPS, with HTTP/2 */
export function siteServer(site: Site, certificate?: Certificate): Server {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    void serve(request, response, site).catch((error: unknown) => {
      // The viewer has gone.
      if (request.errored !== null && error === request.errored) return;
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, "Internal Server Error");
    });
  };
  // Messages of HTTP/2 have the members of HTTP/1.1 that are used here, and the methods of its server are those of a server for sockets.
  const server = certificate === undefined ? createServer(answer) : (createSecureServer({ ...certificate, allowHTTP1: true, settings: { maxHeaderListSize: MAX_PARSED } }, answer as never) as unknown as Server);
  // The server of HTTP/2 has no option for it.
  Object.assign(server, { maxHeaderSize: MAX_PARSED });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => unreadable(socket, STATUS_OF_ERROR[error.code ?? ""] ?? "400 Bad Request"));
  return server.on("connect", (_, connected: Socket | ServerResponse) => {
    if (isMessage(connected)) refuse(connected, 400, "Bad Request");
    else unreadable(connected, "400 Bad Request");
  });
}

/** HTTP/2 has a message for CONNECT, too. */
function isMessage(connected: Socket | ServerResponse): connected is ServerResponse {
  return "setHeader" in connected;
}

const STATUS_OF_ERROR: Readonly<Record<string, string>> = { HPE_HEADER_OVERFLOW: "413 Request Entity Too Large", ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout" };

/** What is not a request that could be answered as one. */
function unreadable(socket: Socket, status: string): void {
  if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
  else socket.destroy();
}

/** Once is enough: a page tries again and again. */
const toldOfSockets = new WeakSet<Site>();

async function serve(request: IncomingMessage, response: ServerResponse, site: Site): Promise<void> {
  const { traces, assumed } = site;
  if (/\bwebsocket\b/i.test(request.headers.upgrade ?? "") && !toldOfSockets.has(site)) {
    toldOfSockets.add(site);
    site.warn("a WebSocket was asked for, which the platform passes to the origin and the local edge does not: it is answered as a plain request. Connect to the origin itself.");
  }
  const target = targetOf(request.url ?? "");
  const host = hostOf(request);
  if (target === undefined || host === undefined) return refuse(response, 400, "Bad Request");
  if (!mayCome(request, host, site)) return refuse(response, 403, "Forbidden", strange(host));
  if ((request.url ?? "").length >= MAX_URL || sizeOf(request) > MAX_HEAD) return refuse(response, 413, "Request Entity Too Large");
  const body = await bodyOf(request);
  if (body === undefined) return refuse(response, 413, "Request Entity Too Large");
  const { [COUNTRY]: country, [DEVICE]: device, [ADDRESS]: address, [PROTOCOL]: protocol, [FORM]: _, ...headers } = received(fieldsOf(request));
  const method = request.method ?? "GET";
  const clientIp = address?.[0]?.value ?? assumed.clientIp ?? request.socket.remoteAddress ?? LOOPBACK;
  const viewer: Viewer = {
    request: { clientIp, method, ...target, headers },
    body,
    country: country?.[0]?.value ?? assumed.country,
    device: device?.[0]?.value.split(/[\s,]+/) ?? assumed.device,
    isPlain: protocol?.[0]?.value === "http",
    httpVersion: request.httpVersion,
  };
  const trace = new Trace(requestId(), viewer.request, { clientIp, country: viewer.country, device: viewer.device });
  const made = await site.pipeline().answer(viewer, trace);
  trace.end(made.status, made.body.length, made.xCache, made.headers);
  traces.add(trace);
  send(response, made, method);
}

/**
 * Listens on loopback.
 *
 * @param port 0 = any
 * @param isFixed whether it must be this port; else the next free one will do
 */
export async function listen(server: Server, port: number, isFixed: boolean, scheme = "http"): Promise<string> {
  keepSockets(server);
  for (let at = port; ; at++) {
    try {
      await new Promise<void>((resolve, reject) => server.once("error", reject).listen(at, LOOPBACK, () => resolve(void server.off("error", reject))));
      return `${scheme}://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EADDRINUSE" && !isFixed && at < Math.min(port + PORTS_TO_TRY, 65535)) continue;
      throw error;
    }
  }
}

/** Closes at once, open connections too. */
export async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  for (const socket of sockets.get(server) ?? []) socket.destroy();
  await closed;
}

/** The open connections of each server: those of HTTP/2 it does not close by itself. */
const sockets = new WeakMap<Server, Set<Socket>>();

function keepSockets(server: Server): void {
  const open = new Set<Socket>();
  sockets.set(server, open);
  server.on("connection", (socket) => open.add(socket.on("close", () => open.delete(socket))));
}

function send(response: ServerResponse, { status, reason, headers, body }: Made, method: string): void {
  const isOld = isHttp1(response);
  response.sendDate = false;
  response.statusCode = status;
  if (isOld) response.statusMessage = reason.replace(/[^\t\x20-\x7e]/g, "");
  for (const [name, lines] of Object.entries(headers)) if (isOld || !OF_CONNECTIONS.test(name)) response.setHeader(nameOf(name, lines), lines.map(sent));
  response.end(method === "HEAD" ? undefined : body);
}

function refuse(response: ServerResponse, status: number, reason: string, why = ""): void {
  response.statusCode = status;
  response.setHeader("content-type", "text/plain");
  if (isHttp1(response)) response.setHeader("connection", "close");
  response.end(`${status} ${reason}\n${why}`);
}

/** HTTP/2 has neither reasons nor fields of connections (RFC 9113 §8.2.2, §8.3.2). */
function isHttp1(response: ServerResponse): boolean {
  return response.req.httpVersionMajor < 2;
}

const OF_CONNECTIONS = /^(?:connection|keep-alive|proxy-connection|transfer-encoding|upgrade)$/;

/**
 * Fields as they came. In HTTP/2, what is the request's line begins with a colon, and has the host. So has a target in absolute
 * form, in whose place `Host` is ignored (RFC 9112 §3.2.2).
 */
function* fieldsOf({ rawHeaders, headers, url = "" }: IncomingMessage): Generator<[string, string]> {
  const authority = headers[":authority"];
  const absolute = ABSOLUTE.exec(url)?.[1];
  if (absolute !== undefined) yield ["Host", absolute];
  else if (typeof authority === "string" && headers.host === undefined) yield ["host", authority];
  for (const [name, value] of pairs(rawHeaders)) if (!name.startsWith(":") && (absolute === undefined || name.toLowerCase() !== "host")) yield [name, value];
}

/**
 * RFC 9112 §3.2: a second Host, or one that is not a host, is answered by 400; so is one in HTTP/2 that differs from the authority
 * (RFC 9113 §8.3.1). Node sees to one that is missing.
 */
function hostOf(request: IncomingMessage): string | undefined {
  const [host, second] = hostsOf(request);
  const authority = request.headers[":authority"];
  const isOne = second === undefined && (authority === undefined || authority === host);
  return host !== undefined && isOne && HOST.test(host) ? host : undefined;
}

function mayCome({ headers }: IncomingMessage, host: string, { names, form }: Site): boolean {
  const said = headers[FORM];
  return names().has(host) || (typeof said === "string" && form.isKnownBy(said));
}

function strange(host: string): string {
  const name = host.replace(/:\d*$/, "");
  return `${name === "" ? "A request without a name" : name} is not answered: a page of the web may lead any name to this machine, and would read the site.
Names of this machine are, such as localhost and NAME.localhost, those that the rules test and those of the distribution.
${name === "" ? "" : `For this one, too: selvedge dev --allow-host '${name}'\n`}`;
}

function hostsOf(request: IncomingMessage): string[] {
  const hosts: string[] = [];
  for (const [name, value] of fieldsOf(request)) if (name.toLowerCase() === "host") hosts.push(value);
  return hosts;
}

/** `uri-host [ ":" port ]`, RFC 3986 §3.2.2. */
const HOST = /^(?:\[[\da-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})*)(?::\d*)?$/i;

const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;

const NO_BODY = Buffer.alloc(0);

/** `undefined`: too long. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  // RFC 9112 §6.3: neither header, no body. Most requests are so, and a stream costs more than all else here.
  if (request.httpVersionMajor < 2 && request.headers["content-length"] === undefined && request.headers["transfer-encoding"] === undefined) return NO_BODY;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    if ((size += part.length) > MAX_BODY) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Path and query, as they came. */
function targetOf(target: string): { readonly uri: string; readonly querystring: string } | undefined {
  const path = textOf(ABSOLUTE.exec(target)?.[2] ?? target);
  if (path !== "" && !path.startsWith("/") && !path.startsWith("?")) return undefined;
  const at = path.indexOf("?");
  return at < 0 ? { uri: path || "/", querystring: "" } : { uri: path.slice(0, at) || "/", querystring: path.slice(at + 1) };
}

function* pairs(list: readonly string[]): Generator<[string, string]> {
  for (let i = 0; i + 1 < list.length; i += 2) yield [list[i] ?? "", list[i + 1] ?? ""];
}

function nameOf(name: string, [first]: readonly HeaderLine[]): string {
  return first?.key?.toLowerCase() === name ? first.key : name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** Of the request's line and its fields. */
function sizeOf({ method = "", url = "", rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((size, text) => size + text.length + 2, method.length + url.length + " HTTP/1.1\r\n".length + 1);
}
