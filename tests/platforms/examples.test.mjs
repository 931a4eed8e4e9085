// Each platform's example, started as its README says, and asked over HTTP: `cargo xtask test --only platforms`. Netlify's
// and Vercel's own servers need an account and a network; there the example runs in the runtime that they use, behind a
// small server of ours (netlify.mjs, vercel.mjs).
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, symlinkSync } from "node:fs";
import { createServer, get } from "node:http";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { brotliDecompressSync } from "node:zlib";
import { link } from "../../examples/link.mjs";
import { prepare } from "../../examples/story/prepare.mjs";
import { binary, toolFile } from "../runtimes/shared/project.mjs";

const examples = join(import.meta.dirname, "../../examples");
const deno = binary("@deno", "", "deno");
const bun = binary("@oven", "bin", "bun");
const QUIET = { CI: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_SEND_ERROR_REPORTS: "false", WRANGLER_HIDE_BANNER: "true", DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };

/** How an example starts on a port, in its folder; what of the story's rules its platform cannot do. */
const EXAMPLES = {
  cloudflare: { command: (port) => [process.execPath, toolFile("wrangler", "bin/wrangler.js"), "dev", "--port", port, "--ip", "127.0.0.1", "--log-level", "warn"] },
  netlify: { command: () => [deno, "run", "--quiet", "--no-remote", "--no-lock", "--node-modules-dir=manual", "--allow-all", join(import.meta.dirname, "netlify.mjs")] },
  vercel: { command: () => [process.execPath, join(import.meta.dirname, "vercel.mjs")], blind: true },
  deno: { command: () => [deno, "task", "start"] },
  bun: { command: () => [bun, "run", "main.mjs"] },
  node: { command: () => [process.execPath, "server.mjs"] },
};

before(() => {
  link();
  // What `npm install` would bring to the one example that needs more than the package.
  const express = join(examples, "node_modules/express");
  if (!existsSync(express)) symlinkSync(toolFile("express", "."), express, "junction");
  for (const name of Object.keys(EXAMPLES)) prepare(join(examples, name, "build"));
});

for (const [name, { command, blind = false }] of Object.entries(EXAMPLES)) {
  describe(name, () => {
    let server;
    before(async () => { server = await started(name, command); });
    after(() => server.stop());
    const ask = (path, headers) => server.ask(path, headers);

    it("leads from an old URL to the new one", async () => {
      const { status, headers } = await ask("/blog/2019/indigo?a=1");
      assert.equal(status, 301);
      assert.equal(headers.location, "/journal/2019-indigo.html?a=1");
      assert.equal(headers["x-xss-protection"], "1; mode=block");
    });

    it("answers a health check itself", async () => {
      const { status, headers, body } = await ask("/healthz");
      assert.deepEqual([status, body.toString(), headers["cache-control"]], [200, "ok\n", "no-store"]);
    });

    it("serves a page, with its headers", async () => {
      const { status, headers, body } = await ask("/visit.html");
      assert.equal(status, 200);
      assert.match(headers["content-type"], /^text\/html/);
      assert.equal(headers["cache-control"], "public, max-age=86400");
      assert.match(body.toString(), /<html/);
    });

    it("keeps the variant of the cookie, and assigns one to those who come without", async () => {
      const [plain, bold] = await Promise.all(["plain", "bold"].map((variant) => ask("/", { Cookie: `ab_home=${variant}` })));
      assert.equal(plain.status, 200);
      assert.equal(bold.status, 200);
      assert.equal(plain.headers["set-cookie"], undefined);
      assert.notEqual(plain.body.toString(), bold.body.toString());
      const { headers } = await ask("/");
      // Vercel's middleware cannot see whether the page is one; the cookie is set all the same.
      assert.match(headers["set-cookie"]?.[0] ?? "", /^ab_home=(plain|bold); Path=\/; Max-Age=2592000; SameSite=Lax; Secure$/);
    });

    it("says that there is no such page", async () => {
      assert.equal((await ask("/nowhere.html")).status, 404);
    });

    if (blind) return;
    it("serves the compressed file, as what it is", async () => {
      const [plain, compressed] = await Promise.all([ask("/app.js", { "Accept-Encoding": "identity" }), ask("/app.js", { "Accept-Encoding": "br" })]);
      assert.equal(plain.headers["content-encoding"], undefined);
      assert.equal(compressed.headers["content-encoding"], "br");
      assert.match(compressed.headers["content-type"], /javascript/);
      assert.match(compressed.headers.vary, /Accept-Encoding/i);
      assert.deepEqual(brotliDecompressSync(compressed.body), plain.body);
    });

    it("lets a file be saved", async () => {
      assert.equal((await ask("/files/care-guide.pdf?download=true")).headers["content-disposition"], "attachment");
      assert.equal((await ask("/files/care-guide.pdf")).headers["content-disposition"], undefined);
    });
  });
}

it("names an example that has no test here", () => {
  // These are deployed, not served: tests/outside and the tests of templates have them.
  const deployed = ["cdk", "sam", "story", "terraform"];
  const servers = readdirSync(examples).filter((name) => existsSync(join(examples, name, "package.json")) && !deployed.includes(name));
  assert.deepEqual(servers.sort(), Object.keys(EXAMPLES).sort());
});

async function started(name, command) {
  const port = await freePort();
  const [program, ...flags] = command(String(port));
  const env = { ...process.env, ...QUIET, PATH: `${dirname(deno)}:${dirname(bun)}:${process.env.PATH}`, PORT: String(port) };
  const child = spawn(program, flags, { cwd: join(examples, name), env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => { said += text; });
  const ask = async (path, headers = {}) => {
    const [response] = await once(get({ host: "127.0.0.1", port, path, headers, agent: false }), "response");
    return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
  };
  for (const deadline = Date.now() + 120_000; ; ) {
    try {
      await ask("/healthz");
      break;
    } catch (error) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${name} did not start: ${error.message}\n${said}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const stop = async () => {
    // The group: wrangler and deno task have children.
    process.kill(-child.pid);
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  };
  return { ask, stop };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
