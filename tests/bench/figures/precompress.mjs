// `selvedge precompress` on the files that well-known npm packages ship: bytes and time, against the programs that people
// use for it. Wall time on all cores; the contestants run in turn, so that whatever else the machine does hits all.
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { output, root } from "../package.mjs";
import { quantile } from "../statistics.mjs";

const ITERATIONS = "15";
const SELVEDGE = join(root, "pkg/dist/cli/selvedge.js");
const PINNED = join(root, "tests/bench/corpus");
const installed = join(output, "corpus");
const FILES = [
  "bootstrap/dist/css/bootstrap.min.css", "d3/dist/d3.min.js", "jquery/dist/jquery.min.js", "lodash/lodash.js", "lodash/lodash.min.js",
  "moment/min/moment-with-locales.js", "moment/min/moment.min.js", "react-dom/umd/react-dom.production.min.js",
  "three/build/three.core.min.js", "vue/dist/vue.global.prod.js",
];

/** The corpus alone in a folder. */
function corpus() {
  const folder = join(output, "corpus-files");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(installed, "node_modules/vue"))) {
    mkdirSync(installed, { recursive: true });
    for (const file of ["package.json", "package-lock.json", ".npmrc"]) copyFileSync(join(PINNED, file), join(installed, file));
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--force"], { cwd: installed, stdio: ["ignore", "ignore", "inherit"] });
  }
  for (const file of FILES) copyFileSync(join(installed, "node_modules", file), join(folder, basename(file)));
  return folder;
}

const has = (program) => spawnSync(program, ["-h"], { stdio: "ignore" }).error === undefined;
const sizes = (folder, suffix) => readdirSync(folder).filter((name) => name.endsWith(suffix)).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

/** Runs each contestant on a copy of the corpus, in turn. @returns the seconds of each run, and the last copies */
function race(folder, contestants, rounds) {
  const runs = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  const copies = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, [program, ...args]] of Object.entries(contestants)) {
      copies[name] = join(output, `corpus-${name}`);
      rmSync(copies[name], { recursive: true, force: true });
      cpSync(folder, copies[name], { recursive: true });
      const start = performance.now();
      const { status, stderr, error } = spawnSync(program, args, { cwd: copies[name], stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
      if (status !== 0) throw error ?? new Error(`${name}: ${stderr}`);
      runs[name].push((performance.now() - start) / 1000);
    }
  }
  return { runs, copies };
}

const median = (times) => quantile(times, 0.5);
const ours = (encodings) => [process.execPath, SELVEDGE, "precompress", ".", "--iterations", ITERATIONS, "--encodings", encodings, "--min-gain", "0", "--json"];
const zopfli = ["sh", "-c", `ls | xargs -P ${availableParallelism()} -n 1 zopfli --i${ITERATIONS}`];

/** Against Debian's program: once for both figures. */
let duel;
function againstZopfli(quick) {
  duel ??= race(corpus(), { selvedge: ours("gzip"), zopfli }, quick ? 1 : 3);
  return duel;
}

const NO_ZOPFLI = "no zopfli on PATH: apt-get install zopfli";

function against(name, args) {
  return {
    name: `precompress-${name}`,
    title: `precompress gzip and br, wall time, against npm ${name}`,
    unit: `× ${name}`,
    measure: ({ quick }) => {
      const folder = corpus();
      const manifest = JSON.parse(readFileSync(join(installed, "node_modules", name, "package.json"), "utf8"));
      const bin = typeof manifest.bin === "string" ? manifest.bin : Object.values(manifest.bin)[0];
      const wanted = Number(/\d+/.exec(manifest.engines.node)[0]);
      if (Number(process.versions.node.split(".")[0]) < wanted) return { detail: `needs Node ${wanted}` };
      const theirs = [process.execPath, join(installed, "node_modules", name, bin), ...args];
      const { runs, copies } = race(folder, { selvedge: ours("gzip,br"), [name]: theirs }, quick ? 1 : 3);
      const bytes = (of) => `${sizes(copies[of], ".gz")} + ${sizes(copies[of], ".br")}`;
      const detail = `${median(runs.selvedge).toFixed(1)} s against ${median(runs[name]).toFixed(1)} s; ${bytes("selvedge")} bytes against ${bytes(name)}`;
      return { measured: median(runs.selvedge) / median(runs[name]), detail };
    },
  };
}

export const figures = [
  {
    name: "precompress-gzip9",
    title: "precompress, bytes of gzip",
    target: 0.97,
    unit: "× gzip -9",
    measure: () => {
      const { copies } = race(corpus(), { selvedge: ours("gzip") }, 1);
      const theirs = readdirSync(join(output, "corpus-files")).reduce((sum, name) => sum + gzipSync(readFileSync(join(output, "corpus-files", name)), { level: 9 }).length, 0);
      const our = sizes(copies.selvedge, ".gz");
      return { measured: our / theirs, detail: `${our} bytes against ${theirs}, ${FILES.length} files` };
    },
  },
  {
    name: "precompress-zopfli-bytes",
    title: "precompress, bytes of gzip",
    target: 1,
    unit: "× zopfli",
    measure: ({ quick }) => {
      if (!has("zopfli")) return { detail: NO_ZOPFLI };
      const { copies } = againstZopfli(quick);
      const [our, their] = [sizes(copies.selvedge, ".gz"), sizes(copies.zopfli, ".gz")];
      return { measured: our / their, detail: `${our} bytes against ${their}, ${ITERATIONS} iterations` };
    },
  },
  {
    name: "precompress-zopfli-time",
    title: `precompress gzip, wall time, against xargs -P ${availableParallelism()} zopfli`,
    target: 1.1,
    unit: "× zopfli",
    measure: ({ quick }) => {
      if (!has("zopfli")) return { detail: NO_ZOPFLI };
      const { runs } = againstZopfli(quick);
      const ratios = runs.selvedge.map((time, round) => time / runs.zopfli[round]);
      const detail = `${median(runs.selvedge).toFixed(1)} s against ${median(runs.zopfli).toFixed(1)} s`;
      return { measured: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios), detail };
    },
  },
  against("gzipper", ["compress", "--zopfli", "--zopfli-num-iterations", ITERATIONS, "--brotli", "--brotli-quality", "11", "."]),
  against("precompress", ["-t", "gz,br", "-s", "."]),
];
