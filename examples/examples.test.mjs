// Every example on its events: expectations by hand, from the rules' contract. node --test examples/examples.test.mjs
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import { eventsOf, following, handlerOf, names, withWarehouse } from "./lambda-edge/run.mjs";
import { link } from "./link.mjs";
import { warehouse } from "./warehouse.mjs";

const SEVEN = {
  "access-control-allow-credentials": [{ key: "Access-Control-Allow-Credentials", value: "true" }],
  "access-control-allow-origin": [{ key: "Access-Control-Allow-Origin", value: "*" }],
  "access-control-allow-methods": [{ key: "Access-Control-Allow-Methods", value: "OPTIONS, GET" }],
  "access-control-allow-headers": [{ key: "Access-Control-Allow-Headers", value: "Content-Type, Depth, User-Agent, X-File-Size, X-Requested-With, If-Modified-Since, X-File-Name, Cache-Control, Cookie" }],
  "strict-transport-security": [{ key: "Strict-Transport-Security", value: "max-age=31536000" }],
  "x-xss-protection": [{ key: "X-XSS-Protection", value: "1; mode=block" }],
  "cache-control": [{ key: "Cache-Control", value: "public, max-age=86400" }],
};
const COOKIE = "Path=/; Max-Age=2592000; SameSite=Lax; Secure";

const messageOf = ({ Records: [{ cf }] }) => cf.response ?? cf.request;
/** Sends a copy, so that the event can be compared with afterwards. */
const send = (handler, event) => handler(structuredClone(event), {});
const setCookie = ({ headers }) => headers["set-cookie"]?.map(({ value }) => value);

function without(headers, ...unwanted) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !unwanted.includes(name)));
}

async function serve(server) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

function stop(server) {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

before(link);

describe("headers", () => {
  const { "event.json": event } = eventsOf("headers");

  it("sets the seven headers, takes x-amz-meta-* away, leaves the rest", async () => {
    const handler = await handlerOf("headers");
    const { headers, ...rest } = messageOf(event);
    const result = await send(handler, event);
    assert.deepEqual(result, { ...rest, headers: { ...without(headers, "x-amz-meta-deploy", "x-amz-meta-owner"), ...SEVEN } });
  });

  it("does not change the outcome of one event when the result of another is changed", async () => {
    const handler = await handlerOf("headers");
    const first = await send(handler, event);
    const expected = structuredClone(first);
    for (const entries of Object.values(first.headers)) {
      for (const entry of entries) entry.value = "changed";
      entries.push({ key: "X-Changed", value: "changed" });
    }
    first.headers["x-changed"] = [];
    first.status = "500";
    assert.deepEqual(await send(handler, event), expected);
  });
});

describe("precompressed", () => {
  const { "event.1-request.json": asked, "event.2-response.json": answered } = eventsOf("precompressed");
  const accepting = (value) => {
    const event = structuredClone(asked);
    const { headers } = messageOf(event);
    if (value === undefined) delete headers["accept-encoding"];
    else headers["accept-encoding"][0].value = value;
    return event;
  };

  for (const [accepted, uri] of [["br,gzip", "/app.js.br"], ["gzip", "/app.js.gz"], ["br", "/app.js.br"], ["identity", "/app.js"], [undefined, "/app.js"]]) {
    it(`asks for ${uri} where the viewer accepts ${accepted ?? "nothing in particular"}`, async () => {
      const handler = await handlerOf("precompressed");
      const result = await send(handler, accepting(accepted));
      assert.equal(result.uri, uri);
      assert.deepEqual(without(result.headers, "x-selvedge"), messageOf(accepting(accepted)).headers);
    });
  }

  for (const [accepted, coding] of [["br,gzip", "br"], ["gzip", "gzip"]]) {
    it(`says ${coding}, and the type of the original`, async () => {
      const handler = await handlerOf("precompressed");
      const result = await send(handler, following(await send(handler, accepting(accepted)), answered));
      assert.deepEqual(result.headers, {
        ...messageOf(answered).headers,
        "content-type": [{ key: "Content-Type", value: "text/javascript; charset=utf-8" }],
        "content-encoding": [{ key: "Content-Encoding", value: coding }],
        vary: [{ key: "Vary", value: "Accept-Encoding" }],
      });
    });
  }

  it("says type and Vary on the plain file too, and nothing else", async () => {
    const handler = await handlerOf("precompressed");
    const result = await send(handler, following(await send(handler, accepting("identity")), answered));
    assert.deepEqual(result.headers, {
      ...messageOf(answered).headers,
      "content-type": [{ key: "Content-Type", value: "text/javascript; charset=utf-8" }],
      vary: [{ key: "Vary", value: "Accept-Encoding" }],
    });
  });
});

describe("redirects", () => {
  const events = eventsOf("redirects");

  for (const [file, location] of [["event.captures.json", "/journal/2019-indigo.html?a=1"], ["event.query.json", "/cloth/wool.html"]]) {
    it(`${file} leads to ${location}`, async () => {
      const handler = await handlerOf("redirects");
      assert.deepEqual(await send(handler, events[file]), { status: "301", statusDescription: "Moved Permanently", headers: { location: [{ key: "Location", value: location }] } });
    });
  }

  it("leaves a request alone that no rule matches", async () => {
    const handler = await handlerOf("redirects");
    assert.deepEqual(await send(handler, events["event.none.json"]), messageOf(events["event.none.json"]));
  });

  it("does not change the outcome of one event when the answer to another is changed", async () => {
    const handler = await handlerOf("redirects");
    const first = await send(handler, events["event.query.json"]);
    first.headers.location[0].value = "https://elsewhere.example/";
    first.headers.location.push({ key: "Location", value: "/second" });
    first.headers["x-changed"] = [];
    const second = await send(handler, events["event.query.json"]);
    assert.deepEqual(second.headers, { location: [{ key: "Location", value: "/cloth/wool.html" }] });
  });
});

describe("downloads", () => {
  const { "event.save.json": save, "event.show.json": shown } = eventsOf("downloads");

  it("lets the browser save with ?download=true", async () => {
    const handler = await handlerOf("downloads");
    const response = messageOf(save);
    assert.deepEqual(await send(handler, save), { ...response, headers: { ...response.headers, "content-disposition": [{ key: "Content-Disposition", value: "attachment" }] } });
  });

  it("lets it show the file without", async () => {
    assert.deepEqual(await send(await handlerOf("downloads"), shown), messageOf(shown));
  });
});

describe("experiment", () => {
  const events = eventsOf("experiment");
  const [asked, answered] = [events["event.1-new.json"], events["event.2-new-response.json"]];
  const visitor = (event, id) => {
    const copy = structuredClone(event);
    copy.Records[0].cf.config.requestId = id;
    return copy;
  };
  const PATHS = { plain: "/", bold: "/index-bold.html" };

  it("assigns a variant, the same in both viewer stages, by about the weights", async () => {
    const handler = await handlerOf("experiment");
    const counts = { plain: 0, bold: 0 };
    for (let i = 0; i < 1000; i++) {
      const { uri } = await send(handler, visitor(asked, `visitor-${i}`));
      const [cookie, ...more] = setCookie(await send(handler, visitor(answered, `visitor-${i}`)));
      const variant = /^ab_home=(plain|bold); /.exec(cookie)[1];
      assert.equal(cookie, `ab_home=${variant}; ${COOKIE}`);
      assert.deepEqual(more, []);
      assert.equal(uri, PATHS[variant]);
      counts[variant] += 1;
    }
    assert.ok(counts.bold > 140 && counts.bold < 260, `200 of 1000 expected, got ${counts.bold}`);
  });

  it("keeps the variant of the cookie, and sets none", async () => {
    const handler = await handlerOf("experiment");
    const { uri, headers } = await send(handler, events["event.3-returning.json"]);
    assert.equal(uri, "/index-bold.html");
    assert.deepEqual(headers, messageOf(events["event.3-returning.json"]).headers);
    const page = messageOf(events["event.4-returning-response.json"]);
    const varied = { ...page, headers: { ...page.headers, vary: [{ key: "Vary", value: "Cookie" }] } };
    assert.deepEqual(await send(handler, events["event.4-returning-response.json"]), varied);
  });

  it("works whether viewer-response is shown the viewer's path or the variant's", async () => {
    const handler = await handlerOf("experiment");
    for (const uri of ["/", "/index-bold.html"]) {
      const event = visitor(answered, "x");
      const request = visitor(asked, "x");
      Object.assign(event.Records[0].cf.request, { uri, querystring: "ab_home=bold" });
      messageOf(request).querystring = "ab_home=bold";
      assert.equal((await send(handler, request)).uri, "/index-bold.html");
      assert.deepEqual(setCookie(await send(handler, event)), [`ab_home=bold; ${COOKIE}`]);
    }
  });
});

describe("generated", () => {
  const events = eventsOf("generated");

  it("answers a health check", async () => {
    assert.deepEqual(await send(await handlerOf("generated"), events["event.json"]), {
      status: "200",
      statusDescription: "OK",
      headers: { "cache-control": [{ key: "Cache-Control", value: "no-store" }], "content-type": [{ key: "Content-Type", value: "text/plain; charset=utf-8" }] },
      body: "ok\n",
    });
  });

  it("answers who looks for doors", async () => {
    const { status, body } = await send(await handlerOf("generated"), events["event.gone.json"]);
    assert.deepEqual({ status, body }, { status: "410", body: "gone\n" });
  });
});

describe("external", () => {
  const { "event.json": event } = eventsOf("external");
  const server = warehouse();
  let url;
  before(async () => { url = await serve(server); });
  after(() => stop(server));

  it("answers with the data of another server, and with the rules' headers", async () => {
    assert.deepEqual(await send(await handlerOf("external"), withWarehouse(url, event)), {
      status: "200",
      headers: { "content-type": [{ key: "Content-Type", value: "application/json" }], "cache-control": [{ key: "Cache-Control", value: "public, max-age=30" }] },
      body: '{"cloth":"linen","metres":128,"asked":1}',
    });
  });

  it("passes on that the data does not exist, without Cache-Control", async () => {
    const other = withWarehouse(url, event);
    messageOf(other).uri = "/stock/silk";
    assert.deepEqual(await send(await handlerOf("external"), other), {
      status: "404",
      headers: { "content-type": [{ key: "Content-Type", value: "application/json" }] },
      body: '{"error":"no such cloth"}',
    });
  });

  it("leaves other requests alone", async () => {
    const other = withWarehouse(url, event);
    messageOf(other).uri = "/index.html";
    assert.deepEqual(await send(await handlerOf("external"), other), messageOf(other));
  });

  it("answers 503 where the server is away", async () => {
    const away = createServer();
    const gone = await serve(away);
    await stop(away);
    const { status, headers } = await send(await handlerOf("external"), withWarehouse(gone, event));
    assert.equal(status, "503");
    assert.equal(headers["cache-control"], undefined);
  });
});

describe("story", () => {
  const server = warehouse();
  let url;
  let handler;
  before(async () => {
    url = await serve(server);
    ({ handler } = await import("./story/handler.mjs"));
  });
  after(() => stop(server));

  it("has all uses in one handler", async () => {
    const redirect = await send(handler, eventsOf("redirects")["event.captures.json"]);
    assert.equal(redirect.status, "301");
    // What tells caches how long to keep a file says nothing of a redirect.
    assert.deepEqual(redirect.headers, { ...without(SEVEN, "cache-control"), location: [{ key: "Location", value: "/journal/2019-indigo.html?a=1" }] });

    const response = await send(handler, eventsOf("headers")["event.json"]);
    for (const [name, entries] of Object.entries(SEVEN)) assert.deepEqual(response.headers[name], entries);
    assert.deepEqual(Object.keys(response.headers).filter((name) => name.startsWith("x-amz-meta-")), []);

    assert.equal((await send(handler, eventsOf("precompressed")["event.1-request.json"])).uri, "/app.js.br");
    assert.equal((await send(handler, eventsOf("experiment")["event.3-returning.json"])).uri, "/index-bold.html");
    assert.deepEqual((await send(handler, eventsOf("downloads")["event.save.json"])).headers["content-disposition"], [{ key: "Content-Disposition", value: "attachment" }]);

    const health = await send(handler, eventsOf("generated")["event.json"]);
    assert.deepEqual([health.status, health.body], ["200", "ok\n"]);
    assert.deepEqual(health.headers["cache-control"], [{ key: "Cache-Control", value: "no-store" }]);

    const stock = await send(handler, withWarehouse(url, eventsOf("external")["event.json"]));
    assert.deepEqual([stock.status, stock.body], ["200", '{"cloth":"linen","metres":128,"asked":1}']);
    assert.deepEqual(stock.headers, { ...SEVEN, "content-type": [{ key: "Content-Type", value: "application/json" }], "cache-control": [{ key: "Cache-Control", value: "public, max-age=30" }] });
  });
});

it("names an example that has no test here", () => {
  assert.deepEqual(names, ["downloads", "experiment", "external", "generated", "headers", "precompressed", "redirects"]);
});
