// The demo's own pages, under /_edge/: what each stage changed, as it happens.
import { readFileSync } from "node:fs";

const FOLDER = new URL("page/", import.meta.url);
const FILES = { "/_edge/": ["index.html", "text/html"], "/_edge/mark.svg": ["mark.svg", "image/svg+xml"], "/_edge/page.css": ["page.css", "text/css"], "/_edge/page.js": ["page.js", "text/javascript"] };
const LOCAL = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * @param requests the list with a button each
 * @param send sends one of them, or one of the same shape: `(request) => Promise`
 */
export function pages({ edge, requests, send }) {
  const routes = {
    "GET /_edge": (_, response) => response.writeHead(302, { location: "/_edge/" }).end(),
    "GET /_edge/requests": (_, response) => json(response, requests.map(({ title, shows, send: { method = "GET", path, headers = {} } }) => ({ title, shows, method, path, headers }))),
    "GET /_edge/traces": (request, response) => stream(edge.traces, request, response),
    "GET /_edge/trace": (_, response, query) => json(response, edge.traces.find(query.get("id")) ?? null),
    "POST /_edge/forget": (_, response) => json(response, { forgotten: edge.cache.forget() }),
    "POST /_edge/send": async (request, response) => {
      const chosen = JSON.parse(await text(request));
      json(response, await send(typeof chosen.number === "number" ? requests[chosen.number].send : own(chosen)));
    },
  };
  for (const [path, [file, type]] of Object.entries(FILES)) {
    routes[`GET ${path}`] = (_, response) => response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store", "content-security-policy": "default-src 'self'" }).end(readFileSync(new URL(file, FOLDER)));
  }

  return async (request, response, { uri, querystring }) => {
    if (uri !== "/_edge" && !uri.startsWith("/_edge/")) return false;
    const route = routes[`${request.method} ${uri}`];
    // Other sites must not drive this one, not even under a name of theirs that leads here.
    const foreign = !LOCAL.test(request.headers.host ?? "") || (request.headers["sec-fetch-site"] ?? "same-origin") === "cross-site";
    if (route === undefined || foreign) response.writeHead(foreign ? 403 : 404, { "content-type": "text/plain" }).end(foreign ? "only from this machine\n" : "no such page\n");
    else {
      try {
        await route(request, response, new URLSearchParams(querystring));
      } catch (error) {
        if (response.headersSent) throw error;
        json(response, { error: error.message }, 400);
      }
    }
    return true;
  };
}

/** A request that someone typed. */
function own({ path, encodings, cookie }) {
  if (typeof path !== "string" || !/^\/[\x21-\x7e]*$/.test(path) || path.startsWith("/_edge")) throw new Error("a path begins with / and holds no space");
  const headers = {};
  for (const [name, value] of [["accept-encoding", encodings], ["cookie", cookie]]) {
    if (typeof value !== "string" || value === "") continue;
    if (!/^[\x20-\x7e]*$/.test(value)) throw new Error(`${name}: a character that no header may hold`);
    headers[name] = value;
  }
  return { path, headers };
}

function stream(traces, request, response) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const write = (trace) => response.write(`data: ${JSON.stringify(brief(trace))}\n\n`);
  for (const trace of traces.last) write(trace);
  response.write(": that was before\n\n");
  const stop = traces.watch(write);
  request.on("close", stop);
}

/** Without the events, which are asked for one by one. */
function brief(trace) {
  const stages = Object.entries(trace.stages).map(([name, { event, result, ...stage }]) => [name, { ...stage, answer: stage.answered ? result : undefined }]);
  return { ...trace, stages: Object.fromEntries(stages) };
}

function json(response, value, status = 200) {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(value));
}

async function text(request) {
  let text = "";
  for await (const part of request.setEncoding("utf8")) if ((text += part).length > 10_000) throw new Error("too long");
  return text;
}
