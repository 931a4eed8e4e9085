// `selvedge dev` as a process of its own, on any free port, and what it prints.
import { spawn } from "node:child_process";
import { request } from "node:http";
import { PATIENCE, SELVEDGE, until } from "./run.mjs";

/** Starts it. `url` is that of the site; it ends with the test. */
export async function dev(test, cwd, ...args) {
  const child = spawn(process.execPath, [SELVEDGE, "dev", "--port", "0", ...args], { cwd, env: { ...process.env, NO_COLOR: "1" } });
  const edge = { child, printed: "", url: "", inspector: "" };
  const ended = new Promise((resolve) => child.on("exit", (_, signal) => resolve(signal)));
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => { edge.printed += text; });
  test.after(async () => {
    child.kill("SIGTERM");
    const limit = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    const signal = await ended;
    clearTimeout(limit);
    if (signal === "SIGKILL") throw new Error(`SIGTERM did not end it within ${PATIENCE / 1000} seconds:\n${edge.printed}`);
  });
  edge.says = (pattern) => until(() => pattern.exec(edge.printed), () => `it never said ${pattern}:\n${edge.printed}`, child);
  edge.get = (path, options) => get(edge.url, path, options);
  await edge.says(/Ctrl-C/);
  edge.url = /the site\s+(https?:\S+)\//.exec(edge.printed)[1];
  edge.inspector = /inspector\s+(http:\S+)/.exec(edge.printed)?.[1];
  return edge;
}

/** Exactly what is sent, and exactly what comes back. */
export async function get(base, path, { method = "GET", headers = {}, body } = {}) {
  const { hostname, port } = new URL(base);
  const answer = await new Promise((resolve, reject) => request({ hostname, port, method, path, headers, agent: false, signal: AbortSignal.timeout(PATIENCE) }, resolve).on("error", reject).end(body));
  const parts = [];
  for await (const part of answer) parts.push(part);
  return { status: answer.statusCode, headers: answer.headers, raw: answer.rawHeaders, body: Buffer.concat(parts), text: Buffer.concat(parts).toString() };
}
