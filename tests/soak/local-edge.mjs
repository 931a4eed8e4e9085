// Load on `selvedge dev`: one file from its cache, in turns with a server that reads it from the same folder without the pipeline.
// node tests/soak/local-edge.mjs [--seconds N]
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, createServer, get } from "node:http";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { entry, root } from "../bench/package.mjs";

const CONNECTIONS = 32;
/** Requests of a turn, and of each server before the first. */
const TURN = 500;
const WARM_UP = 3_000;
/** What the cache's throughput must be of the server's without the pipeline. */
const MIN_RATIO = 0.5;
/** How much more memory the process may have in the end than when a quarter of the time is over. */
const MAX_GROWTH = 1.25;
const PATIENCE = 120_000;
const PATH = "/visit.html";

const story = join(root, "examples", "story");
const site = join(story, "site");

const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" }, serve: { type: "boolean", default: false } } });
if (values.serve) await serve();
else process.exitCode = await load(Number(values.seconds) * 1000);

/** The server to compare with: a folder as S3 answers it, by the code that the local edge has for that. */
async function serve() {
  const { Bucket } = await import(entry("cli/local-edge"));
  const bucket = new Bucket(site);
  const server = createServer(async ({ method, url }, response) => {
    const { status, headers, body } = await bucket.answer({ method, path: url, query: "", headers: {}, seconds: 30 });
    for (const [name, lines] of Object.entries(headers)) response.setHeader(name, lines.map(({ value }) => value));
    response.writeHead(status).end(body);
  });
  server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));
}

async function load(milliseconds) {
  const edge = await started([entry("cli/selvedge"), "dev", "rules.json", "--origin", "site", "--port", "0", "--quiet"], story);
  const plain = await started([fileURLToPath(import.meta.url), "--serve"], story);
  const servers = { edge: { ...edge, hits: 0 }, plain };
  try {
    for (const server of Object.values(servers)) {
      Object.assign(server, { agent: new Agent({ keepAlive: true, maxSockets: CONNECTIONS }), count: 0, seconds: 0 });
      await turn(server, WARM_UP);
      Object.assign(server, { count: 0, seconds: 0, cpu: cpuOf(server.child) });
    }
    const memory = [];
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      await turn(servers.edge, TURN);
      await turn(servers.plain, TURN);
      memory.push(memoryOf(servers.edge.child));
    }
    return report(servers, memory);
  } finally {
    for (const { child } of Object.values(servers)) child.kill("SIGTERM");
  }
}

/** A program that prints its address, and runs until it is ended. */
function started(args, cwd) {
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NO_COLOR: "1" } });
  let printed = "";
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`no address within ${PATIENCE / 1000} s: ${printed}`)), PATIENCE);
    child.once("exit", (code) => reject(new Error(`it ended with ${code}: ${printed}`)));
    const read = (text) => {
      printed += text;
      const url = /http:\/\/127\.0\.0\.1:\d+(?=\/)/.exec(printed)?.[0];
      if (url === undefined) return;
      clearTimeout(limit);
      // What it prints from now on is not kept: that would be work of the viewers, for one server alone.
      child.stdout.off("data", read).resume();
      resolve({ child, url });
    };
    child.stdout.setEncoding("utf8").on("data", read);
  });
}

/** So many requests, as many at once as there are connections. */
async function turn(server, count) {
  const from = performance.now();
  let left = count;
  const viewer = async () => {
    while (left-- > 0) await ask(server);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, viewer));
  server.seconds += (performance.now() - from) / 1000;
  server.count += count;
}

function ask(server) {
  return new Promise((resolve, reject) => {
    const request = get(server.url + PATH, { agent: server.agent, timeout: PATIENCE }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${server.url}${PATH} answers ${answer.statusCode}`));
      if (/^Hit/.test(answer.headers["x-cache"] ?? "")) server.hits++;
      answer.on("end", resolve).on("error", reject).resume();
    });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${PATIENCE / 1000} s`))).on("error", reject);
  });
}

/** Resident, in MB. */
function memoryOf({ pid }) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}

/** The processor's time so far, in the kernel's ticks. */
function cpuOf({ pid }) {
  const [, fields] = /\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"));
  const [user, system] = fields.split(" ").slice(11, 13).map(Number);
  return user + system;
}

function report({ edge, plain }, memory) {
  const rate = ({ count, seconds }) => count / seconds;
  const cpu = ({ child, cpu, count }) => (cpuOf(child) - cpu) / count;
  const ratio = rate(edge) / rate(plain);
  const [first, last] = [memory[Math.floor(memory.length / 4)], memory.at(-1)];
  console.log(`Node ${process.versions.node}, ${availableParallelism()} processors, ${edge.count} requests to each`);
  console.log(`a second: ${rate(edge).toFixed(0)} of the local edge, ${rate(plain).toFixed(0)} without the pipeline: ${ratio.toFixed(2)}`);
  console.log(`processor time for a request, the server's by the local edge's: ${(cpu(plain) / cpu(edge)).toFixed(2)}`);
  console.log(`resident memory after a quarter of the time, and in the end: ${first.toFixed(0)} and ${last.toFixed(0)} MB`);
  const problems = [
    edge.hits < edge.count && `of ${edge.count} answers ${edge.hits} came from the cache`,
    ratio < MIN_RATIO && `the local edge has ${ratio.toFixed(2)} of the throughput, and ${MIN_RATIO} is the least`,
    last > first * MAX_GROWTH && `memory grew from ${first.toFixed(0)} to ${last.toFixed(0)} MB`,
  ].filter(Boolean);
  for (const problem of problems) console.error(`FAILED ${problem}`);
  return problems.length > 0 ? 1 : 0;
}
