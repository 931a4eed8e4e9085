// The whole chain: a site is precompressed by the command line, served through the rules, and fetched by real clients.
// `cargo xtask test --only precompress`; with the tools and the package in place, `node --test tests/precompress/*.test.mjs`.
//
// What must come is decided here by the files on the disk: of the variants that the client accepts, the smallest.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { Bucket, bucket, CACHING_OPTIMIZED, LocalEdge, NAME, NO_ORIGIN_REQUEST_POLICY } from "../../pkg/dist/cli/local-edge.js";
import { Viewer } from "../../js-shim/local-edge/viewer.mjs";
import { bundle } from "../runtimes/shared/bundle.mjs";
import { project, tool } from "../runtimes/shared/project.mjs";
import { originServer } from "./origin.mjs";

const run = promisify(execFile);
const at = (path) => join(import.meta.dirname, "../..", path);
const SUFFIX = { gzip: ".gz", br: ".br", zstd: ".zst", identity: "" };
const DECODE = { gzip: zlib.gunzipSync, br: zlib.brotliDecompressSync, zstd: zlib.zstdDecompressSync, identity: (bytes) => bytes };
/** `Accept-Encoding` and the codings that it accepts. */
const ASKED = [
  ["gzip", ["gzip"]],
  ["br", ["br"]],
  ["zstd", ["zstd"]],
  ["gzip, deflate, br, zstd", ["gzip", "br", "zstd"]],
  ["gzip;q=0.5, br;q=0", ["gzip"]],
  ["identity", []],
];
const PATHS = ["/index.html", "/styles.css", "/app.js", "/images/mark.svg", "/data.json", "/images/weave.png"];

const folder = mkdtempSync(join(tmpdir(), "selvedge-chain-"));
const site = join(folder, "site");
const bytesOf = (path) => readFileSync(join(site, path));
const made = (path) => ["br", "zstd", "gzip"].filter((coding) => existsSync(join(site, path + SUFFIX[coding])));
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Of what is accepted and there, the smallest. */
function smallest(path, accepted) {
  const there = made(path).filter((coding) => accepted.includes(coding));
  return there.sort((one, other) => statSync(join(site, path + SUFFIX[one])).size - statSync(join(site, path + SUFFIX[other])).size)[0] ?? "identity";
}

/** A page that fetches what it is told, and writes down what it got. */
const PROBE = `<!doctype html><title>probe</title><pre></pre><script type="module">
const sums = {};
for (const path of ${JSON.stringify(PATHS)}) {
  const response = await fetch(path);
  const sum = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
  const hex = [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  sums[path] = [response.status, hex, response.headers.get("content-encoding"), response.headers.get("content-type")];
}
document.querySelector("pre").textContent = JSON.stringify(sums);
</script>`;

const edges = {};
const stops = [];

before(async () => {
  cpSync(at("examples/story/site"), site, { recursive: true });
  writeFileSync(join(site, "probe.html"), PROBE);
  writeFileSync(join(site, "data.json"), JSON.stringify(Array.from({ length: 400 }, (_, i) => ({ i, square: i * i, word: "linen" }))));
  await run(process.execPath, [join(project, "node_modules/selvedge/dist/cli/selvedge.js"), "precompress", site, "--iterations", "5", "--min-size", "200"]);
  const { files } = JSON.parse(readFileSync(join(site, ".selvedge-precompress.json"), "utf8"));
  const rule = { for: "/*", encodings: ["br", "zstd", "gzip"], prefer: "smallest", files };
  edges["the local edge"] = await localEdge({ html: { index: "index.html" }, precompressed: [{ ...rule, at: "viewer-request" }] });
  edges.workerd = await workerd({ html: { index: "index.html" }, precompressed: [rule] });
}, { timeout: 60_000 });

after(async () => {
  for (const stop of stops.reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
});

async function localEdge(rules) {
  const file = join(folder, "rules.json");
  writeFileSync(file, JSON.stringify(rules));
  // As docs/platforms/cloudfront.md says for zstd: the choice is made in front of the cache, and the note of it is in the key.
  const policies = { cache: { ...CACHING_OPTIMIZED, minTTL: 0, headers: ["x-selvedge"] }, originRequest: NO_ORIGIN_REQUEST_POLICY };
  const behaviour = { pattern: "*", origin: "site", policies, compress: false, includeBody: [], handlers: {}, functions: {}, viewerProtocol: "allow-all" };
  const origins = [{ id: "site", event: bucket("site.s3.eu-west-1.amazonaws.com"), folder: site }];
  const distribution = { ...NAME, aliases: [], defaultRootObject: "", origins, originGroups: [], behaviours: [behaviour], customErrors: [] };
  const settings = { rules: [file], handlers: [], exported: "handler", origin: site, missing: 404, includeBody: false, compress: false, platform: "cloudfront", runtime: "nodejs22.x", distribution };
  const edge = new LocalEdge(settings, { country: undefined, device: [], clientIp: undefined }, { warn: console.warn, reloaded() {} });
  stops.push(() => edge.close());
  return edge.listen(0, true);
}

async function workerd(rules) {
  const origin = originServer(new Bucket(site));
  stops.push(() => (origin.closeAllConnections(), origin.close()));
  await new Promise((resolve) => origin.listen(0, "127.0.0.1", resolve));
  const { convertV4MiniflareOptions, Miniflare } = await tool("miniflare");
  const files = bundle(new URL("program.mjs", import.meta.url), "--conditions=workerd,worker,browser", "--target=es2022");
  const modules = Object.entries(files).map(([path, contents]) => ({ path, contents, type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule" }));
  modules.sort((a, b) => a.type.localeCompare(b.type)).reverse();
  const bindings = { RULES: rules, ORIGIN: `http://127.0.0.1:${origin.address().port}` };
  // Miniflare's front encodes bodies anew, in the first coding that the client names: this socket leads past it.
  const direct = { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] };
  const miniflare = new Miniflare(convertV4MiniflareOptions({ modules, bindings, ...direct, compatibilityDate: "2026-11-01", cf: false, telemetry: { enabled: false }, host: "127.0.0.1" }));
  stops.push(() => miniflare.dispose());
  edges["workerd behind miniflare's front"] = (await miniflare.ready).origin;
  return (await miniflare.unsafeGetDirectURL()).origin;
}

it("there is something to choose from", () => {
  assert.ok(readdirSync(site, { recursive: true }).filter((name) => name.endsWith(".zst")).length > 3, "this needs a Node with Zstandard");
  assert.deepEqual(made("/images/weave.png"), []);
});

it("behind miniflare's front, which tells the client's encodings as Cloudflare does, bodies decode to the originals", async () => {
  for (const [header] of ASKED) {
    for (const path of PATHS) {
      const response = await fetch(edges["workerd behind miniflare's front"] + path, { headers: { "accept-encoding": header } });
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytesOf(path), `${header} ${path}`);
    }
  }
});

for (const name of ["the local edge", "workerd"]) {
  describe(name, () => {
    let viewer;
    before(() => { viewer = new Viewer(edges[name]); });

    for (const [header, accepted] of ASKED) {
      it(`Accept-Encoding: ${header}`, async () => {
        for (const path of PATHS) {
          const [got, head] = [await viewer.send({ path, headers: { "accept-encoding": header } }), await viewer.send({ method: "HEAD", path, headers: { "accept-encoding": header } })];
          const coding = smallest(path, accepted);
          assert.equal(got.status, 200, path);
          assert.equal(got.headers["content-encoding"] ?? "identity", coding, path);
          assert.deepEqual(got.body, bytesOf(path + SUFFIX[coding]), `${path}: the variant, byte for byte`);
          assert.deepEqual(DECODE[coding](got.body), bytesOf(path), path);
          assert.match(got.headers.vary ?? "", /(^|,\s*)accept-encoding(,|$)/i, path);
          const type = { html: "text/html", css: "text/css", js: "text/javascript", svg: "image/svg+xml", json: "application/json", png: "image/png" }[path.split(".").at(-1)];
          assert.equal(got.headers["content-type"].split(";")[0], type, path);
          assert.deepEqual([head.status, head.body.length], [200, 0], path);
          for (const same of ["content-encoding", "content-type", "etag", "vary"]) assert.equal(head.headers[same], got.headers[same], `HEAD ${path}: ${same}`);
        }
      });
    }

    it("each representation has an ETag of its own, RFC 9110 §8.8.3", async () => {
      const tags = [];
      for (const header of ["gzip", "br", "zstd", "identity"]) tags.push((await viewer.send({ path: "/data.json", headers: { "accept-encoding": header } })).headers.etag);
      assert.equal(new Set(tags).size, 4, tags.join(" "));
    });

    it("a request without the header gets the file itself", async () => {
      const { headers, body } = await viewer.send({ path: "/data.json" });
      assert.deepEqual([headers["content-encoding"], body], [undefined, bytesOf("/data.json")]);
    });

    it("a range is one of the variant, or the whole", async () => {
      for (const [header, coding] of [["br", "br"], ["gzip", "gzip"], ["identity", "identity"]]) {
        const { status, headers, body } = await viewer.send({ path: "/data.json", headers: { "accept-encoding": header, range: "bytes=10-29" } });
        const variant = bytesOf(`/data.json${SUFFIX[coding]}`);
        assert.equal(headers["content-encoding"] ?? "identity", coding);
        if (status === 200) assert.deepEqual(body, variant);
        else assert.deepEqual([status, headers["content-range"], body], [206, `bytes 10-29/${variant.length}`, variant.subarray(10, 30)]);
      }
    });

    it("a direct request for an archive stays an archive", async () => {
      for (const coding of ["gzip", "br", "zstd"]) {
        for (const header of ["gzip, br, zstd", "identity"]) {
          const path = `/data.json${SUFFIX[coding]}`;
          const { status, headers, body } = await viewer.send({ path, headers: { "accept-encoding": header } });
          assert.deepEqual([status, headers["content-encoding"], body], [200, undefined, bytesOf(path)], path);
          assert.notEqual(headers["content-type"], "application/json");
        }
      }
    });

    it("what is missing is a 404, and no variant of it is asked for", async () => {
      const { status, headers } = await viewer.send({ path: "/none.html", headers: { "accept-encoding": "br, gzip" } });
      assert.deepEqual([status, headers["content-encoding"]], [404, undefined]);
    });

    it("Node's fetch", async () => {
      for (const header of [undefined, ...ASKED.map(([it]) => it)]) {
        for (const path of PATHS) {
          const response = await fetch(edges[name] + path, { headers: header ? { "accept-encoding": header } : {} });
          assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytesOf(path), `${header} ${path}`);
        }
      }
    });

    it("curl --compressed", async (t) => {
      const { stdout: version } = await run("curl", ["--version"]).catch(() => ({ stdout: undefined }));
      if (version === undefined) return t.skip("there is no curl on PATH");
      for (const [header, accepted] of [[undefined, undefined], ...ASKED]) {
        if (accepted?.some((coding) => !new RegExp(coding === "br" ? "brotli" : coding === "gzip" ? "libz" : coding).test(version))) continue;
        const flags = ["--silent", "--fail", "--noproxy", "*", "--compressed", ...(header ? ["-H", `Accept-Encoding: ${header}`] : [])];
        for (const path of PATHS) {
          const { stdout } = await run("curl", [...flags, edges[name] + path], { encoding: "buffer" });
          assert.deepEqual(stdout, bytesOf(path), `${header} ${path}`);
        }
      }
    });

    it("headless Chromium", { timeout: 60_000 }, async (t) => {
      const chromium = process.env.CHROMIUM;
      if (chromium === undefined) return t.skip("there is no Chromium; name one in the variable CHROMIUM");
      const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update"];
      const profile = mkdtempSync(join(folder, "profile-"));
      const { stdout } = await run(chromium, [...flags, `--user-data-dir=${profile}`, "--virtual-time-budget=20000", "--dump-dom", `${edges[name]}/probe.html`]);
      const sums = JSON.parse(/<pre>(\{.*\})<\/pre>/.exec(stdout)?.[1] ?? assert.fail(stdout));
      for (const path of PATHS) {
        const [status, sum, coding] = sums[path];
        assert.deepEqual([status, sum], [200, sha256(bytesOf(path))], path);
        // To this machine itself Chromium offers all three, as over TLS.
        assert.equal(coding ?? "identity", smallest(path, ["gzip", "br", "zstd"]), path);
      }
    });
  });
}
