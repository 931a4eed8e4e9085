/** The inspector: a page on a port of its own, and what it asks. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, request as askPlain, type Server, type ServerResponse } from "node:http";
import { request as askSecure } from "node:https";
import type { RuleFile } from "#dist/tools/check.js";
import { FindingsError } from "#dist/tools/findings-error.js";
import { VIEWER_FACTS } from "#dist/tools/viewer-fact.js";
import type { LocalEdge } from "../local-edge.js";
import { close, FORM, listen, MAX_PARSED } from "../server.js";
import { bytesOf } from "../wire.js";
import { explained } from "./explained.js";
import { Guard } from "./guard.js";
import { whatWouldChange } from "./what-if.js";

const FILES: Record<string, readonly [file: string, type: string]> = {
  "/": ["page.html", "text/html"],
  "/page.css": ["page.css", "text/css"],
  "/page.js": ["page.js", "text/javascript"],
  "/mark.svg": ["mark.svg", "image/svg+xml"],
};
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};
const MAX_BODY = 4 << 20;
/** How long new requests are gathered before they are sent to the page. */
const GATHER_MILLISECONDS = 100;
/** Of more than this, the first are left out: nobody reads them as they pass. */
const MAX_GATHERED = 2000;

type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => void | Promise<void>;

/** What somebody asked that cannot be done. */
class Refused extends Error {}

export class Inspector {
  readonly #guard = new Guard();
  readonly #edge: LocalEdge;
  readonly #server: Server;
  readonly #routes: Record<string, Route>;
  /** The examples that the page offers to send. */
  readonly #examples: readonly object[];

  constructor(edge: LocalEdge, examples: readonly object[] = []) {
    this.#edge = edge;
    this.#examples = examples;
    this.#routes = {
      "GET /api/state": (_, response) => json(response, this.#state()),
      "GET /api/requests": (request, response) => this.#stream(request, response),
      "GET /api/request": (_, response, url) => this.#one(response, url.searchParams.get("id") ?? ""),
      "POST /api/send": async (request, response) => json(response, await send(edge, await bodyOf(request))),
      "POST /api/what-if": async (request, response) => json(response, await this.#whatIf(await bodyOf(request))),
      "POST /api/forget": (_, response) => json(response, { forgotten: edge.forget() }),
      "POST /api/clear": (_, response) => {
        edge.traces.clear();
        json(response, {});
      },
    };
    this.#server = createServer((request, response) => void this.#serve(request, response).catch((error: unknown) => failed(response, error)));
  }

  /** @returns the address that opens it */
  async listen(port: number): Promise<string> {
    return `${await listen(this.#server, port, false)}/#${this.#guard.token}`;
  }

  close(): Promise<void> {
    return close(this.#server);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const refused = this.#guard.refuses(request);
    if (refused !== undefined) return refuse(response, 403, refused);
    // In front of the target and not as its base: `//` is a path here.
    const target = `http://localhost${request.url ?? ""}`;
    if (!request.url?.startsWith("/") || !URL.canParse(target)) return refuse(response, 400, "the target of a request is a path");
    const url = new URL(target);
    const [file, type] = FILES[url.pathname] ?? [];
    if (file !== undefined && request.method === "GET") {
      response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(readFileSync(new URL(`./inspector/${file}`, import.meta.url)));
      return;
    }
    const route = this.#routes[`${request.method} ${url.pathname}`];
    if (route === undefined) return refuse(response, 404, "no such page");
    if (!this.#guard.knows(request)) return refuse(response, 403, "without the token; open the address that the terminal shows");
    await route(request, response, url);
  }

  #state(): object {
    const { settings, loaded, url } = this.#edge;
    const { platform, handlers, origin } = settings;
    const { behaviours, defaultRootObject } = loaded.distribution;
    return { url, platform, origin, handlers, defaultRootObject, policies: behaviours[0]?.policies, rules: loaded.rules?.sources.map(({ name, text }) => ({ name, text })) ?? [], examples: this.#examples };
  }

  /** Lists of requests, one list on each line: all that there are, then what comes. */
  #stream(request: IncomingMessage, response: ServerResponse): void {
    const { traces } = this.#edge;
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.write(`${JSON.stringify(traces.briefs)}\n`);
    let gathered: object[] = [];
    const flush = setInterval(() => {
      if (gathered.length === 0) return;
      response.write(`${JSON.stringify(gathered)}\n`);
      gathered = [];
    }, GATHER_MILLISECONDS);
    const stop = traces.watch((brief) => {
      gathered.push(brief);
      if (gathered.length > MAX_GATHERED) gathered.splice(0, MAX_GATHERED / 2);
    });
    request.on("close", () => {
      clearInterval(flush);
      stop();
    });
  }

  #one(response: ServerResponse, id: string): void {
    const { traces, loaded, settings } = this.#edge;
    const trace = traces.find(id);
    if (trace === undefined) return json(response, null);
    const rules = loaded.rules === undefined ? undefined : explained(trace, loaded.rules.sources, settings.platform, settings.explains !== undefined);
    json(response, { ...trace, rules });
  }

  async #whatIf(asked: Record<string, unknown>): Promise<object> {
    const { loaded, traces } = this.#edge;
    const texts = asked["texts"];
    if (loaded.rules === undefined) throw new Refused("there are no rules to change");
    const { sources } = loaded.rules;
    if (!Array.isArray(texts) || texts.length !== sources.length || !texts.every((text) => typeof text === "string")) throw new Refused("a text for each file of rules");
    const then: RuleFile[] = sources.map((source, i) => ({ ...source, text: String(texts[i]) }));
    return whatWouldChange(traces.kept, sources, then);
  }
}

/** Sends a request that somebody wrote into the form, as any viewer would. */
async function send({ url: base, form }: LocalEdge, asked: Record<string, unknown>): Promise<object> {
  const text = (name: string): string => (typeof asked[name] === "string" ? asked[name] : "");
  const [method, path] = [text("method") || "GET", text("path") || "/"];
  if (!/^[A-Z]+$/.test(method)) throw new Refused("a method is written in capitals");
  if (method === "CONNECT") throw new Refused("CONNECT is for proxies: no viewer sends it here");
  if (!/^\/[\x21-\x7e]*$/.test(path)) throw new Refused("a path begins with / and has no space; encode other characters");
  const headers = new Map<string, string[]>();
  const add = (name: string, value: string): void => {
    if (!/^[!#$%&'*+\-.^_`|~\w]+$/.test(name) || /[\0-\x08\x0a-\x1f\x7f]/.test(value)) throw new Refused(`the header ${JSON.stringify(name)} cannot be sent`);
    if (/^(?:content-length|transfer-encoding)$/i.test(name)) throw new Refused(`${name} is made from the body; leave it out`);
    const lines = headers.get(name.toLowerCase()) ?? [];
    headers.set(name.toLowerCase(), [...lines, bytesOf(value)]);
  };
  for (const line of text("headers").split("\n")) {
    const at = line.indexOf(":");
    if (line.trim() !== "" && at < 1) throw new Refused(`${JSON.stringify(line)} is not a header; write Name: value`);
    if (at > 0) add(line.slice(0, at).trim(), line.slice(at + 1).trim());
  }
  const simple = { host: "Host", language: "Accept-Language", cookie: "Cookie", encoding: "Accept-Encoding", country: "Selvedge-Country", device: "Selvedge-Device", ip: "Selvedge-IP" };
  for (const [name, header] of Object.entries(simple)) if (text(name) !== "") add(header, text(name));
  for (const [name, label] of [["country", "country"], ["ip", "address"]] as const) {
    const { form, read } = VIEWER_FACTS[name];
    if (text(name) !== "" && read(text(name)) === undefined) throw new Refused(`the ${label} cannot be ${JSON.stringify(text(name))}. ${form}`);
  }
  // By whatever name it likes: no page of the web can send this.
  headers.set(FORM, [form.value]);
  // Of `Host`, Node takes no list; two of them are not a request of HTTP.
  const [host, second] = headers.get("host") ?? [];
  if (second !== undefined) throw new Refused("a request has one Host");
  // As bytes: a text is written together with the head, and in its encoding.
  const body = Buffer.from(text("body"));
  // Of some methods, Node would send a body without saying so.
  const framed = body.length === 0 ? {} : { "content-length": String(body.length) };
  const sent = { ...Object.fromEntries(headers), ...framed, ...(host !== undefined && { host }) };
  const { protocol, hostname, port } = new URL(base);
  const ask = protocol === "https:" ? askSecure : askPlain;
  return new Promise((resolve, reject) => {
    // The site is this very process, whoever signed its certificate.
    const call = ask({ hostname, port, method, path, headers: sent, agent: false, rejectUnauthorized: false, maxHeaderSize: MAX_PARSED }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve({ status: answer.statusCode, id: answer.headers["x-amz-cf-id"] }));
    });
    call.on("error", reject).end(body);
  });
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const part of request.setEncoding("utf8") as AsyncIterable<string>) if ((text += part).length > MAX_BODY) throw new Refused("too long");
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {}
  throw new Refused("the body is not an object in JSON");
}

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

/** Nothing that somebody asks ends the server. */
function failed(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  if (error instanceof FindingsError) return json(response, { findings: error.findings, error: error.message }, 422);
  json(response, { error: error instanceof Error ? error.message : String(error) }, error instanceof Refused ? 400 : 500);
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { "content-type": "text/plain" }).end(`${reason}\n`);
}
