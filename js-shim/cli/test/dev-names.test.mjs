// Which names the site of `selvedge dev` answers to: a page of the web that leads its own name here must not read it (DNS rebinding).
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { dev, get } from "./dev.mjs";
import { folder } from "./run.mjs";

const SITE = { "site/index.html": "home" };
const HANDLER = 'export const handler = async ({ Records: [{ cf: { request } }] }) => ({ status: "200", body: request.headers.host[0].value });';

/** Of names, those that are answered. */
async function answered(edge, names) {
  const found = [];
  for (const host of names) {
    const { status, text } = await edge.get("/", { headers: { host } });
    if (status === 403) assert.match(text, /^403 Forbidden\n/, host);
    else found.push(host);
  }
  return found;
}

test("this machine's names and addresses, and no other", async (t) => {
  const edge = await dev(t, folder(t, SITE), "--origin", "site");
  const { port } = new URL(edge.url);
  // RFC 6761 §6.3: localhost, and what is below it, is loopback.
  const own = ["localhost", `localhost:${port}`, `LOCALHOST:${port}`, "localhost.", "shop.localhost", `a.b.localhost:${port}`, "127.0.0.1", `127.0.0.1:${port}`, "[::1]", `[::1]:${port}`, "192.168.1.20:8400"];
  assert.deepEqual(await answered(edge, own), own);
  const others = ["evil.example", `evil.example:${port}`, "localhost.evil.example", "evillocalhost", "127.0.0.1.evil.example", `1.2.3:${port}`, "com", "a"];
  assert.deepEqual(await answered(edge, others), []);
  const refused = await edge.get("/index.html", { headers: { host: `evil.example:${port}` } });
  assert.doesNotMatch(refused.text, /home/);
  assert.match(refused.text, /evil\.example is not answered[^]*selvedge dev --allow-host 'evil\.example'/);
});

test("names that the command line has", async (t) => {
  const edge = await dev(t, folder(t, SITE), "--origin", "site", "--allow-host", "www.example.org", "--allow-host", "*.example.net");
  assert.deepEqual(await answered(edge, ["www.example.org", "WWW.example.org:8400", "a.example.net", "a.b.example.net"]), ["www.example.org", "WWW.example.org:8400", "a.example.net", "a.b.example.net"]);
  assert.deepEqual(await answered(edge, ["example.org", "a.www.example.org", "example.net", "evilexample.net", "example.net.evil.example"]), []);
});

test("names that the rules test", async (t) => {
  const cwd = folder(t, {
    ...SITE,
    "rules.json": {
      redirects: [
        { from: "/a", to: "https://elsewhere.example/", when: { host: ["one.example", "*.two.example"] } },
        { from: "/b", to: "/c", when: { any: [{ host: ":tenant.three.example" }, { not: { host: { suffix: ".four.example" } } }] } },
        { from: "/d", to: "/e", when: { host: { regex: ["^five\\.example$", "^(?<h0>[^/.]+)\\.six\\.example$", "example", "\\.zip$"] } } },
        { from: "/f", to: "/g", when: { host: [{ suffix: "seven.example" }, { suffix: ".com" }, { prefix: "www." }, { contains: "i" }, "*.org"] } },
      ],
    },
    _redirects: "https://old.example/* /new/:splat 301\n",
  });
  const edge = await dev(t, cwd, "rules.json", "_redirects", "--dialect", "netlify", "--origin", "site");
  const named = ["one.example", "a.two.example", "shop.three.example", "a.four.example", "five.example", "a.six.example", "seven.example", "a.seven.example", "old.example"];
  assert.deepEqual(await answered(edge, named), named);
  // What ends as everybody's names do is not a name of the site.
  assert.deepEqual(await answered(edge, ["elsewhere.example", "two.example", "www.evil.example", "evil.com", "evil.org", "evil.zip", "evilseven.example", "a.one.example"]), []);
  assert.equal((await edge.get("/a", { headers: { host: "one.example" } })).headers.location, "https://elsewhere.example/");
});

const custom = (port) => ({ HTTPPort: port, OriginProtocolPolicy: "http-only" });
const DISTRIBUTIONS = {
  "own.json": (port) => ({ aliases: ["www.example.org", "*.example.net"], origins: [{ id: "s", url: `http://localhost:${port}` }], behaviors: [{ path: "*" }] }),
  "template.json": (port) => ({ Resources: { D: { Type: "AWS::CloudFront::Distribution", Properties: { DistributionConfig: {
    Aliases: ["www.example.org", "*.example.net"], Origins: [{ Id: "s", DomainName: "localhost", CustomOriginConfig: custom(port) }], DefaultCacheBehavior: { TargetOriginId: "s" },
  } } } } }),
  "api.json": (port) => ({ DistributionConfig: {
    Aliases: { Quantity: 2, Items: ["www.example.org", "*.example.net"] }, Origins: { Quantity: 1, Items: [{ Id: "s", DomainName: "localhost", CustomOriginConfig: custom(port) }] }, DefaultCacheBehavior: { TargetOriginId: "s" },
  } }),
  "plan.json": (port) => ({ planned_values: { root_module: { resources: [{ type: "aws_cloudfront_distribution", values: {
    aliases: ["www.example.org", "*.example.net"], origin: [{ origin_id: "s", domain_name: "localhost", custom_origin_config: [{ http_port: port, origin_protocol_policy: "http-only" }] }], default_cache_behavior: [{ target_origin_id: "s" }],
  } }] } } }),
};

for (const [file, form] of Object.entries(DISTRIBUTIONS)) {
  test(`${file}: names that the distribution has`, async (t) => {
    const server = createServer((_, response) => response.end("origin"));
    await new Promise((resolve) => server.listen(0, "localhost", resolve));
    t.after(() => (server.closeAllConnections(), server.close()));
    const edge = await dev(t, folder(t, { [file]: form(server.address().port) }), "--config", file);
    assert.deepEqual(await answered(edge, ["www.example.org", "a.example.net", "example.org", "evil.example"]), ["www.example.org", "a.example.net"]);
  });
}

test("the inspector's form comes by any name, and its secret goes no further", async (t) => {
  const handler = HANDLER.replace("request.headers.host[0].value", "JSON.stringify(request.headers)");
  const edge = await dev(t, folder(t, { ...SITE, "h.mjs": handler }), "--origin", "site", "--handler", "viewer-request=h.mjs");
  const [address, token] = edge.inspector.split("/#");
  const send = async (headers) => JSON.parse((await get(address, "/api/send", { method: "POST", headers: { "x-selvedge-token": token }, body: JSON.stringify({ path: "/", headers }) })).text);
  const { status, id } = await send("Host: evil.example");
  assert.equal(status, 200);
  const shown = JSON.parse((await get(address, `/api/request?id=${encodeURIComponent(id)}`, { headers: { "x-selvedge-token": token } })).text);
  assert.deepEqual([shown.headers.host[0].value, Object.keys(shown.headers).filter((name) => name.startsWith("selvedge"))], ["evil.example", []]);
  for (const secret of ["", "x", "a".repeat(32)]) assert.equal((await edge.get("/", { headers: { host: "evil.example", "selvedge-form": secret } })).status, 403);
});
