// `selvedge dev --https`: HTTP/2 and HTTP/1.1 over TLS, by a certificate that is given or made.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:http2";
import { request } from "node:https";
import { join } from "node:path";
import { test } from "node:test";
import { dev, get } from "./dev.mjs";
import { folder, selvedge } from "./run.mjs";

const skip = spawnSync("openssl", ["version"]).status === 0 ? false : "there is no openssl here";
const SITE = { "site/index.html": "<p>hello", "rules.json": { headers: [{ set: { "X-Path": "{path}", "X-Host": "{host}" } }], redirects: [{ from: "/old", to: "/new" }] } };

/** An exchange by HTTP/2. */
async function http2(base, path, headers = {}) {
  const session = connect(base, { rejectUnauthorized: false });
  try {
    const stream = session.request({ ":path": path, ...headers });
    const head = await new Promise((resolve, reject) => stream.on("response", resolve).on("error", reject).end());
    let text = "";
    for await (const part of stream.setEncoding("utf8")) text += part;
    return { head, text };
  } finally {
    session.close();
  }
}

function http1(base, path) {
  return new Promise((resolve, reject) => {
    request(`${base}${path}`, { rejectUnauthorized: false, agent: false }, (answer) => {
      resolve({ status: answer.statusCode, headers: answer.headers, version: answer.httpVersion, certificate: answer.socket.getPeerCertificate().subject });
      answer.resume();
    }).on("error", reject).end();
  });
}

test("the site by HTTP/2 and HTTP/1.1, and by the inspector's form", { skip }, async (t) => {
  const edge = await dev(t, folder(t, SITE), "rules.json", "--origin", "site", "--https");
  assert.match(edge.url, /^https:/);
  const page = await http2(edge.url, "/index.html", { "selvedge-country": "FR" });
  assert.deepEqual([page.head[":status"], page.head["x-path"], page.text], [200, "/index.html", "<p>hello"]);
  assert.equal((await http2(edge.url, "/old")).head.location, "/new");
  assert.equal((await http2(edge.url, "/none")).head[":status"], 404);
  const old = await http1(edge.url, "/old");
  assert.deepEqual([old.status, old.headers.location, old.version], [301, "/new", "1.1"]);
  const [address, token] = edge.inspector.split("/#");
  const sent = await get(address, "/api/send", { method: "POST", headers: { "x-selvedge-token": token, "content-type": "application/json" }, body: JSON.stringify({ path: "/old" }) });
  assert.deepEqual([sent.status, JSON.parse(sent.text).status], [200, 301]);
});

test("a host that is not the authority, and CONNECT, are refused", { skip }, async (t) => {
  const rules = { responses: [{ for: "/*", when: { host: "admin.localhost" }, status: 401, body: "no" }] };
  const edge = await dev(t, folder(t, { ...SITE, "rules.json": rules }), "rules.json", "--origin", "site", "--https");
  const { port } = new URL(edge.url);
  const status = async (headers) => (await http2(edge.url, "/index.html", headers)).head[":status"];
  const [admin, other] = [`admin.localhost:${port}`, `localhost:${port}`];
  // RFC 9113 §8.3.1
  assert.equal(await status({ ":authority": admin, host: other }), 400);
  assert.equal(await status({ ":authority": other, host: admin }), 400);
  assert.equal(await status({ ":authority": admin }), 401);
  assert.equal(await status({ ":authority": other, host: other }), 200);
  const session = connect(edge.url, { rejectUnauthorized: false });
  const stream = session.request({ ":method": "CONNECT", ":authority": other });
  const [head] = await once(stream, "response");
  assert.equal(head[":status"], 400);
  session.destroy();
});

test("a certificate that is given; files that cannot be one", { skip }, async (t) => {
  const cwd = folder(t, SITE);
  const make = (name) => execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.pem`], { cwd, stdio: "pipe" });
  make("mine");
  make("other");
  const edge = await dev(t, cwd, "rules.json", "--origin", "site", "--cert", "mine.pem", "--key", "mine.key");
  const answer = await http1(edge.url, "/index.html");
  assert.equal(answer.certificate.CN, "mine");
  for (const [args, says] of [
    [["--cert", "mine.pem"], /--cert is given alone/],
    [["--cert", "mine.pem", "--key", "none.key"], /none\.key: .*no such file/],
    [["--cert", "mine.pem", "--key", "other.key"], /cannot be used with other\.key/],
    [["--cert", join("site", "index.html"), "--key", "mine.key"], /cannot be used/],
  ]) {
    const { code, err, out } = selvedge("dev", "rules.json", "--origin", "site", "--port", "0", ...args, { cwd });
    assert.deepEqual([code, says.test(err + out)], [2, true], err + out);
  }
});
