// Middleware that is mounted at a path: rules see the viewer's path, as on every other platform, and the application the one
// that its router makes of it (Express, "app.use": the path that a mount matches is not in req.url).
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { middleware } from "../../pkg/dist/plain/node.js";
import { tool } from "../../tests/runtimes/shared/project.mjs";

const RULES = {
  onTrap: "block",
  redirects: [
    { from: "/blog/old/*", to: "/blog/new/:splat" },
    { from: "/old/*", to: "/wrong" },
    { from: "/blog/here", to: "https://example.com/x{path}?{query}" },
  ],
  responses: [{ for: "/blog/secret/*", status: 403, body: "no" }],
  rewrites: [
    { from: "/blog/in", to: "/blog/inside?x=1" },
    { from: "/blog/out", to: "/elsewhere/page" },
    { from: "/blog/none", to: "/blog/found", fallback: true },
  ],
  html: { for: "/blog/*", trailingSlash: "remove" },
  headers: [{ for: "/blog/*", set: { "X-Blog": "1" } }],
};

/** The request, and status, `Location` or body; from Express's documentation of `req.baseUrl` and `req.url`. */
const REQUESTS = [
  ["/blog/old/a", 301, "/blog/new/a"],
  ["/blog/secret/a", 403, "no"],
  ["/blog/x/../secret/a", 403, "no"],
  ["/blog/./secret/a", 403, "no"],
  ["/blog/here?q", 301, "https://example.com/x/blog/here?q"],
  ["/blog/in", 200, "blog /inside?x=1"],
  ["/blog/a?b", 200, "blog /a?b"],
  ["/blog", 200, "blog /"],
  ["/blog?b", 200, "blog /?b"],
  ["/blog/", 308, "/blog"],
  ["/other", 200, "site /other"],
];
/** Where the application can be asked from its beginning. */
const AGAIN = [["/blog/out", 200, "site /elsewhere/page"], ["/blog/none", 200, "blog /found"]];

async function ask(t, app) {
  const server = createServer(app);
  t.after(() => server.close());
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { request } = await import("node:http");
  // Byte for byte: fetch would resolve the dot segments.
  return (path) => new Promise((resolve, reject) => {
    const sent = request({ port: server.address().port, host: "127.0.0.1", path }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text) => (body += text)).on("end", () => resolve([response.statusCode, response.headers.location ?? body, response.headers["x-blog"]]));
    });
    sent.on("error", reject).end();
  });
}

function answering(name) {
  return (request, response) => {
    response.statusCode = request.url === "/none" ? 404 : 200;
    response.end(`${name} ${request.url}`);
  };
}

for (const name of ["express", "express-4"]) {
  test(`mounted in ${name}`, async (t) => {
    const { default: express } = await tool(name);
    const ways = {
      "app.use(path, middleware)": (app) => app.use("/blog", middleware(RULES), answering("blog")),
      "a router": (app) => app.use("/blog", express.Router().use(middleware(RULES)).use(answering("blog"))),
    };
    for (const [way, mount] of Object.entries(ways)) {
      const app = express();
      mount(app);
      app.use(answering("site"));
      const asked = await ask(t, app);
      for (const [path, status, says] of [...REQUESTS, ...AGAIN]) {
        const inside = path.startsWith("/blog") ? "1" : undefined;
        assert.deepEqual(await asked(path), [status, says, inside], `${way}: ${path}`);
      }
    }
  });
}

test("mounted in connect", async (t) => {
  const { default: connect } = await tool("connect");
  const app = connect();
  app.use("/blog", middleware(RULES));
  app.use("/blog", answering("blog"));
  app.use(answering("site"));
  const asked = await ask(t, app);
  for (const [path, status, says] of REQUESTS) {
    assert.deepEqual(await asked(path), [status, says, path.startsWith("/blog") ? "1" : undefined], path);
  }
});
