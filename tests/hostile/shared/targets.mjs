// The table targets.json through one adapter.
import assert from "node:assert/strict";
import { askHttp2 } from "./http2.mjs";
import { Unrepresentable } from "../../runtimes/shared/ledger.mjs";
import { Connection } from "./raw.mjs";

const PROBE = "GET /probe HTTP/1.1\r\nHost: probe.example\r\n\r\n";

/** @returns `{ check(row), close() }` */
export async function start(adapter, rules) {
  const { port, ask, close } = await adapter.open(rules);
  return {
    close,
    async check({ head, h2, ...expected }) {
      if (ask) return judgeGuards(expected, await ask(h2 ? ofHttp2(h2) : ofHttp1(head)));
      if (h2 && !adapter.overHttp2) throw new Unrepresentable("for HTTP/2");
      if (head && adapter.overHttp2) throw new Unrepresentable("for HTTP/1.1");
      // A server that has read the request before has its own idea of what is malformed.
      const judged = adapter.kinds.includes("front") ? judge : judgeGuards;
      return judged(expected, h2 ? await askHttp2(port, fieldsOf(h2)) : await askHttp1(port, head));
    },
  };
}

/** @returns the outcome, in words */
function judge({ status = 200, path = "", query = "", host = null }, answer) {
  assert([status].flat().includes(answer?.status ?? null), `the viewer got ${answer?.status ?? "no answer"} ${answer?.body}, expected ${status}`);
  if (answer === null) return "no answer";
  if (answer.status === 400) assert(!answer.headers["x-rules"], "rules had a say in the answer to what is malformed");
  if (answer.status !== 200) return String(answer.status);
  assert.deepEqual(JSON.parse(answer.body), { path, query, host, rules: host }, "what the application saw");
  return `asks ${path}${query === "" ? "" : `?${query}`}`;
}

/** Whatever becomes of the request: the application is asked for nothing that the rules guard, and by the host that they saw. */
function judgeGuards(_, answer) {
  if (answer?.status !== 200) return String(answer?.status ?? "no answer");
  const { path, query, host, rules } = JSON.parse(answer.body);
  // An event goes on as it came, and its origin resolves dot segments.
  const resolved = path.startsWith("/") ? new URL(`http://base.example${path}`).pathname : path;
  assert(!/^\/secret(\/|$)/.test(resolved), `the application was asked for ${path}`);
  assert(!/^admin\.example(:|$)/i.test(host), `the application was asked by ${host}`);
  assert.equal(rules ?? host, host, "the host, as rules saw it");
  return `asks ${path}${query === "" ? "" : `?${query}`}`;
}

async function askHttp1(port, head) {
  const connection = await Connection.open(port);
  try {
    connection.play([`${head.join("\r\n")}\r\n\r\n`]);
    const answer = await connection.answer(head[0].split(" ")[0]);
    if (answer !== null) await inStep(connection);
    return answer;
  } finally {
    connection.close();
  }
}

/** A second request gets its own answer, or none. */
async function inStep(connection) {
  assert.equal(connection.pending, "", "something came after the answer");
  connection.play([PROBE]);
  const answer = await connection.answer();
  if (answer !== null) assert.equal(JSON.parse(answer.body).path, "/probe", `the next request got ${answer.status} ${answer.body}`);
}

/** As an event tells them: method, target and fields. */
function ofHttp1([first, ...lines]) {
  const [method, target] = first.split(" ");
  return { method, target, fields: lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]) };
}

function ofHttp2(h2) {
  const fields = fieldsOf(h2);
  const pseudo = (name) => fields.find(([each]) => each === name)?.[1];
  const host = pseudo(":authority") === undefined ? [] : [["Host", pseudo(":authority")]];
  return { method: pseudo(":method"), target: pseudo(":path"), fields: [...host, ...fields.filter(([name]) => !name.startsWith(":"))] };
}

/** Without a scheme and an authority there are none. */
function fieldsOf({ method = "GET", uri, headers = [] }) {
  const [, scheme, authority, path] = /^(?:(\w+):\/\/([^/]*))?(.*)$/.exec(uri);
  return [[":method", method], [":scheme", scheme ?? "http"], ...(authority === undefined ? [] : [[":authority", authority]]), [":path", path], ...headers];
}
