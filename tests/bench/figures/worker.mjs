// A Worker as wrangler would upload it, and its start in workerd.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sevenHeaders } from "../by-hand.mjs";
import { compile, entry, output } from "../package.mjs";
import { tool, tools } from "../tools.mjs";

const RULES = { headers: [{ for: "*.html", remove: ["x-amz-meta-*"], set: sevenHeaders }], redirects: [{ from: "/old/*", to: "/new/:splat" }] };
const DATE = "2026-11-01";
const FOLDER = join(output, "worker");
const QUIET = { CI: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_SEND_ERROR_REPORTS: "false", WRANGLER_HIDE_BANNER: "true", WRANGLER_LOG_PATH: join(FOLDER, "logs") };

const origin = `origin: () => new Response("<p>")`;
const plan = () => `Uint8Array.from(atob("${Buffer.from(compile(RULES, { platform: "cloudflare" })).toString("base64")}"), (c) => c.charCodeAt(0))`;
const COMPILED = () => `import { worker } from ${JSON.stringify(entry("compiled/cloudflare"))};\nexport default worker(${plan()}, { ${origin} });\n`;
const PLAIN = () => `import { worker } from ${JSON.stringify(entry("plain/cloudflare"))};\nexport default worker(${JSON.stringify(RULES)}, { ${origin} });\n`;
const EMPTY = () => `export default { fetch: () => new Response("<p>") };\n`;

export const figures = [
  size("worker-size-compiled", "Worker's upload, compiled plan", COMPILED, 35),
  size("worker-size-rules", "Worker's upload, plain rules", PLAIN, 120),
  start("worker-start-compiled", "import and first request in workerd over an empty Worker, compiled plan", COMPILED),
  start("worker-start-rules", "import and first request in workerd over an empty Worker, plain rules", PLAIN),
];

function size(name, title, source, target) {
  return {
    name,
    title,
    target,
    unit: "KiB gzip",
    measure() {
      const { printed } = uploaded(name, source());
      const [, raw, gzip] = /Total Upload: ([\d.]+) KiB \/ gzip: ([\d.]+) KiB/.exec(printed) ?? [];
      return { measured: Number(gzip), detail: `${raw} KiB raw` };
    },
  };
}

function start(name, title, source) {
  return {
    name,
    title,
    aim: 10,
    unit: "ms",
    async measure({ quick }) {
      const [ours, empty] = [uploaded(name, source()).modules, uploaded("worker-empty", EMPTY()).modules];
      // A process is started for each, which takes far longer: only the fastest of either say something.
      const best = [Infinity, Infinity];
      for (let i = -1; i < (quick ? 5 : 20); i++) {
        const [mine, least] = i % 2 === 0 ? [await firstAnswer(ours), await firstAnswer(empty)] : [await firstAnswer(empty), await firstAnswer(ours)].reverse();
        // The first ones read the files from disk.
        if (i >= 0) [mine, least].forEach((taken, which) => (best[which] = Math.min(best[which], taken)));
      }
      return { measured: best[0] - best[1], detail: `${best[0].toFixed(1)} ms against ${best[1].toFixed(1)} ms` };
    },
  };
}

/** What wrangler would send: nothing is uploaded, and it asks nobody. */
function uploaded(name, source) {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${name}.mjs`);
  const out = join(FOLDER, name);
  rmSync(out, { recursive: true, force: true });
  writeFileSync(file, source);
  const wrangler = join(tools, "node_modules/wrangler/bin/wrangler.js");
  const flags = ["deploy", file, "--dry-run", "--minify", "--name", name, "--compatibility-date", DATE, "--outdir", out];
  const printed = execFileSync(process.execPath, [wrangler, ...flags], { cwd: FOLDER, encoding: "utf8", env: { ...process.env, ...QUIET } });
  const modules = readdirSync(out).filter((each) => /\.(js|wasm)$/.test(each)).map((path) => {
    return { path, contents: readFileSync(join(out, path)), type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule" };
  });
  modules.sort((a, b) => Number(b.type === "ESModule") - Number(a.type === "ESModule"));
  return { printed, modules };
}

async function firstAnswer(modules) {
  const { convertV4MiniflareOptions, Miniflare } = await tool("miniflare");
  const options = convertV4MiniflareOptions({ modules, compatibilityDate: DATE, cf: false, telemetry: { enabled: false }, host: "127.0.0.1" });
  const from = performance.now();
  const miniflare = new Miniflare(options);
  try {
    const response = await miniflare.dispatchFetch("https://example.org/index.html");
    await response.text();
    return performance.now() - from;
  } finally {
    await miniflare.dispose();
  }
}
