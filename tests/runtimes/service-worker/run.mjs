// selvedge/fetch as a service worker in headless Chromium: `CHROMIUM=… node tests/runtimes/service-worker/run.mjs`.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { bundle } from "../shared/bundle.mjs";
import { conformance } from "../shared/conformance.mjs";

const chromium = process.env.CHROMIUM ?? "chromium";
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
];
const TIMEOUT = 180_000;

async function inServiceWorker(batch) {
  const script = (name) => bundle(new URL(name, import.meta.url), "--conditions=worker,browser")["main.js"];
  const served = {
    "/": ["text/html", "<!doctype html><script type=module src=/page.js></script>"],
    "/page.js": ["text/javascript", script("page.mjs")],
    "/worker.js": ["text/javascript", bundle(new URL("worker.mjs", import.meta.url), "--conditions=worker,browser", "--format=iife")["main.js"]],
    "/batch.json": ["application/json", JSON.stringify(batch)],
  };
  const profile = mkdtempSync(join(tmpdir(), "selvedge-chromium-"));
  let browser;
  const server = createServer();
  try {
    const results = new Promise((resolve, reject) => {
      server.on("request", (request, response) => {
        if (request.method === "POST") {
          json(request).then((body) => (body.failed ? reject(new Error(body.failed)) : resolve(body)), reject);
          return response.end();
        }
        const [type, body] = served[request.url] ?? ["text/plain", undefined];
        response.writeHead(body === undefined ? 404 : 200, { "Content-Type": type }).end(body);
      });
      setTimeout(() => reject(new Error(`no results after ${TIMEOUT / 1000} s`)), TIMEOUT).unref();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    browser = spawn(chromium, [...FLAGS, `--user-data-dir=${profile}`, `http://127.0.0.1:${server.address().port}/`], { stdio: "ignore" });
    return await Promise.race([results, once(browser, "exit").then(([code]) => { throw new Error(`${chromium} ended with ${code}`); })]);
  } finally {
    server.close();
    server.closeAllConnections();
    if (browser?.exitCode === null) {
      browser.kill();
      await once(browser, "exit");
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

await conformance({
  name: "service-worker",
  title: `selvedge/fetch as a service worker in ${execFileSync(chromium, ["--version"], { encoding: "utf8" }).trim().split(" built")[0]}`,
  folder: import.meta.url,
  platform: "fetch",
  facts: ["country", "device"],
  run: inServiceWorker,
});
