// Requests over real sockets: viewers, a server with Selvedge in it, and an origin that misbehaves.
import { Agent, createServer, request as ask } from "node:http";
import { once } from "node:events";
import { Random } from "../oracles/random.mjs";
import { Memory, SAMPLES } from "./memory.mjs";
import { startOrigin } from "./origin.mjs";
import { headers, path, query, rules } from "./rules.mjs";

const VIEWERS = 32;
/** Nobody waits longer, whatever the origin does. */
const PATIENCE = 15_000;
/** A `fetch` has no time of its own: undici waits for minutes. */
const inTime = { originRequest: (request) => new Request(request, { signal: AbortSignal.timeout(PATIENCE / 3) }) };
/** One in so many is asked of a handler made anew, too. */
const SAMPLE = 50;

/** @param {"node" | "fetch"} kind */
export async function soakSockets({ kind, middleware, edge, compile, requests, seed }) {
  const random = new Random(seed);
  const origin = await startOrigin(new Random(seed + 1));
  const { port } = origin.address();
  const to = { custom: { domainName: "localhost", port, protocol: "http", readTimeout: 5 } };
  const plan = compile({ ...rules, origins: [{ for: "/*", to }] }, { platform: "fetch" });
  const crashes = [];
  const crashed = (error) => crashes.push(error);
  process.on("uncaughtException", crashed).on("unhandledRejection", crashed);
  const quiet = quieted();

  const server = createServer(kind === "node" ? behind(middleware(plan)) : bridged(edge(plan, { hooks: inTime })));
  // An answer of a rule depends on nothing but the request: it is compared with that of a handler made anew.
  const anew = () => edge(plan);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const agent = new Agent({ keepAlive: true, maxSockets: VIEWERS });
  const memory = new Memory();
  const outcomes = {};
  const problems = [];
  let [sent, compared] = [0, 0];
  const started = performance.now();

  const visit = async (index) => {
    const uri = path(random);
    const search = query(random);
    const message = { path: search === "" ? uri : `${uri}?${search}`, headers: headers(random).filter(([name]) => name !== "Host") };
    const got = await get(server.address().port, agent, message);
    outcomes[got.outcome] = (outcomes[got.outcome] ?? 0) + 1;
    if (got.outcome === "waits") problems.push(`request ${index} for ${message.path} got nothing for ${PATIENCE} ms`);
    if (index % SAMPLE !== 0 || !/^[34]/.test(got.outcome) || !/^\/(moved|old|secret)\//.test(uri)) return;
    compared += 1;
    const wanted = await anew()(new Request(`http://www.example.org${message.path}`, { headers: message.headers }), () => new Response("origin"));
    if (wanted.headers.get("location") !== (got.location ?? null)) {
      problems.push(`request ${index} for ${message.path}: Location ${got.location}, made anew ${wanted.headers.get("location")}`);
    }
  };
  // In parts, so that nothing is under way when memory is measured.
  for (let part = 1; part <= SAMPLES; part++) {
    const until = Math.ceil((requests * part) / SAMPLES);
    const viewer = async () => {
      while (sent < until && problems.length < 5) await visit(sent++);
    };
    await Promise.all(Array.from({ length: VIEWERS }, viewer));
    await memory.sample();
  }
  const seconds = (performance.now() - started) / 1000;
  if (crashes.length > 0) problems.push(`the process would have ended: ${crashes[0]?.stack ?? crashes[0]}`);
  const verdict = memory.verdict();
  if (verdict !== undefined) problems.push(verdict);
  process.off("uncaughtException", crashed).off("unhandledRejection", crashed);
  quiet();
  agent.destroy();
  server.closeAllConnections();
  await Promise.all([server, origin].map((each) => new Promise((resolve) => each.close(resolve))));
  return { name: `selvedge/${kind}`, count: requests, seconds, compared, memory, problems, outcomes };
}

/** Each failure of the origin is logged, and there are many: without them until the function that is returned is called. */
function quieted() {
  const { error, warn } = console;
  console.error = console.warn = () => {};
  return () => Object.assign(console, { error, warn });
}

/** The application is never reached: every request goes to the origin, or a rule answers. */
function behind(middleware) {
  return (incoming, outgoing) => middleware(incoming, outgoing, (error) => outgoing.writeHead(error ? 500 : 404).end());
}

/** A server of Request and Response over `node:http`. */
function bridged(handle) {
  return async (incoming, outgoing) => {
    try {
      const lines = Object.entries(incoming.headersDistinct).flatMap(([name, values]) => values.map((value) => [name, value]));
      const request = new Request(`http://${incoming.headers.host}${incoming.url}`, { method: incoming.method, headers: lines });
      const response = await handle(request, fetch);
      outgoing.writeHead(response.status, [...response.headers].filter(([name]) => name !== "connection" && name !== "transfer-encoding"));
      for await (const chunk of response.body ?? []) outgoing.write(chunk);
      outgoing.end();
    } catch {
      // What the origin broke off, or never began.
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end();
    }
  };
}

function get(port, agent, { path, headers }) {
  return new Promise((resolve) => {
    const done = (outcome, location) => (clearTimeout(timer), resolve({ outcome, location }));
    const request = ask({ host: "127.0.0.1", port, agent, path, headers: ["Host", "www.example.org", ...headers.flat()] });
    const timer = setTimeout(() => (done("waits"), request.destroy()), PATIENCE);
    request.on("response", (response) => {
      response.on("error", () => done("broken off"));
      response.on("aborted", () => done("broken off"));
      response.on("end", () => done(String(response.statusCode), response.headers.location));
      response.resume();
    });
    request.on("error", (error) => done(error.code ?? "error"));
    request.end();
  });
}
