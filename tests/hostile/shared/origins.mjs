// The table origins.json through one adapter.
import assert from "node:assert/strict";
import { askHttp2 } from "./http2.mjs";
import { misbehaving } from "./origin.mjs";
import { Connection } from "./raw.mjs";

const REQUEST = ["GET / HTTP/1.1", "Host: example.org"];

/** @returns `{ check(row), close() }` */
export async function start(adapter, rules) {
  const origin = await misbehaving();
  const text = JSON.stringify(rules).replaceAll('"port":0', `"port":${origin.port}`);
  const server = await adapter.open(JSON.parse(text));
  const ask = adapter.overHttp2 ? askOverHttp2 : askOverHttp1;
  const judged = adapter.kinds.includes("fetch") ? judgeFetch : judge;
  let row = 0;
  return {
    async check({ request = REQUEST, body, origin: script, ...expected }) {
      Object.assign(origin, { asked: null, row: `${++row}` }, script ? { script } : { script: ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"] });
      const outcome = judged(expected, await ask(server.port, [...request, `X-Row: ${row}`], body));
      judgeAsked(expected.asked, origin, adapter);
      return outcome;
    },
    close() {
      server.close();
      origin.close();
    },
  };
}

/** @returns the outcome, in words */
function judge({ status = 200, headers = {}, absent = [], phrase, answer: body, broken = false }, found) {
  const got = found === null ? "no answer" : `${found.status} ${found.phrase ?? ""} ${JSON.stringify(found.headers)} ${JSON.stringify(found.body)}`;
  assert([status].flat().includes(found?.status ?? null), `the viewer got ${got}, expected ${status}`);
  if (found === null) return "no answer";
  assert.equal(found.broken === true, broken, `the answer ${found.broken ? "breaks off" : "is whole"}: ${got}`);
  for (const [name, lines] of Object.entries(headers)) assert.deepEqual(found.headers[name], lines, `${name}, as the viewer got it: ${got}`);
  for (const name of absent) assert(!(name in found.headers), `the viewer got ${name}: ${got}`);
  if (phrase !== undefined && found.phrase !== undefined) assert.equal(found.phrase, phrase);
  if (body !== undefined) assert.equal(found.body, body, "the body");
  return `${found.status}${broken ? ", broken off" : ""}`;
}

/**
 * What reads the origin's bytes and writes the viewer's is the runtime, in its own words. What must hold all the same: an answer that
 * is not one, or breaks off, never becomes one that looks whole; the others arrive, with what rules did to them.
 */
function judgeFetch({ status = 200, headers = {}, absent = [], phrase, answer, broken = false, ...expected }, found) {
  const failed = found === null || found.broken || found.status >= 500;
  const mayFail = broken || [status].flat().some((each) => each >= 500);
  if (failed && mayFail) {
    if (found?.status >= 500) for (const name of ["set-cookie", "etag"]) assert(!(name in found.headers), `the viewer got ${name} of the origin`);
    return found === null ? "no answer" : `${found.status}${found.broken ? ", broken off" : ""}`;
  }
  assert(!broken, `the viewer got what looks like an answer: ${found?.status} ${JSON.stringify(found?.body)}`);
  return judge({ ...expected, status, headers, absent, answer }, found);
}

function judgeAsked(expected, { asked, port }, { kinds }) {
  if (expected === undefined) return;
  if (expected === null) return assert.equal(asked, null, `the origin was asked: ${asked?.line}`);
  assert(asked !== null, "the origin was not asked");
  const { line, headers = {}, absent = [], body } = expected;
  if (line !== undefined) assert.equal(asked.line, line);
  for (const [name, lines] of Object.entries(headers)) {
    assert.deepEqual(asked.headers[name], lines.map((each) => each.replace("{port}", port)), `${name}, as the origin got it: ${JSON.stringify(asked.headers)}`);
  }
  for (const name of absent) assert(!(name in asked.headers), `the origin got ${name}: ${asked.headers[name]}`);
  // A runtime that has the answer sends no more of the body.
  if (kinds.includes("fetch")) assert(body === undefined || body.startsWith(asked.body), `the body, as the origin got it: ${asked.body}`);
  else if (body !== undefined) assert.equal(asked.body, body, "the body, as the origin got it");
}

async function askOverHttp1(port, lines, body = []) {
  const connection = await Connection.open(port);
  try {
    connection.play([`${lines.join("\r\n")}\r\n\r\n`, ...[body].flat()]);
    const answer = await connection.answer(lines[0].split(" ")[0]);
    if (answer === null || answer.broken) return answer;
    // A second request gets its own answer, or none.
    await connection.played;
    assert.equal(connection.pending, "", "something came after the answer");
    connection.play(["GET /probe HTTP/1.1\r\nHost: example.org\r\n\r\n"]);
    const next = await connection.answer();
    if (next !== null) assert.deepEqual([next.status, next.body], [200, "probe"], "the next request on the connection got another answer");
    return answer;
  } finally {
    connection.close();
  }
}

/** The same request: RFC 9113 §8.3.1. */
function askOverHttp2(port, [first, ...lines], body) {
  const [method, path] = first.split(" ");
  const fields = lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]);
  const host = fields.find(([name]) => name === "host")[1];
  const others = fields.filter(([name]) => name !== "host");
  return askHttp2(port, [[":method", method], [":scheme", "http"], [":authority", host], [":path", path], ...others], body && [body].flat().filter((each) => typeof each === "string").join(""));
}
