// What one listed request did, against what its entry says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { ROUTES } from "./requests.mjs";
import { STAGES } from "../../pkg/dist/generated/names.js";

const DECODE = { br: brotliDecompressSync, gzip: gunzipSync, undefined: (bytes) => bytes };
const VARIANTS = { plain: "index.html", bold: "index-bold.html" };

export class Checker {
  #site;
  #assigned;

  /** @param site the folder of the originals */
  constructor(site) {
    this.#site = site;
  }

  /** @returns `{ rows: [{ stage, decision, effect }], problems: [text] }`; the decisions are those that were made */
  check({ route, steps, expect }, answer, trace) {
    const problems = [];
    const must = (what, actual, expected) => {
      if (!matches(actual, expected)) problems.push(`${what}: expected ${show(expected)}, got ${show(actual)}`);
    };
    const { cache, stages } = ROUTES[route];
    must("cache", trace.cache, cache);
    for (const stage of STAGES) {
      const did = trace.stages[stage];
      must(`${stage} ran`, did.ran, stages.includes(stage));
      if (did.ran) must(stage, did.decision, steps[stage]?.[0] ?? "unchanged");
    }
    must("status", answer.status, expect.status);
    for (const [name, value] of Object.entries(expect.headers)) must(name, answer.headers[name] ?? null, value);
    if (expect.body !== undefined) must("body", answer.body.toString(), expect.body);
    if (expect.file !== undefined) this.#checkFile(expect.file, answer, must);
    if (expect.variant !== undefined) this.#checkVariant(expect.variant, answer, trace, must);

    const rows = [];
    for (const stage of [STAGES[0], "cache", ...STAGES.slice(1)]) {
      if (!(stage in steps)) continue;
      rows.push({ stage, decision: stage === "cache" ? trace.cache : (trace.stages[stage].decision ?? "did not run"), effect: steps[stage][1] });
    }
    return { rows, problems };
  }

  /** The body, decoded, is that of the file. */
  #checkFile(path, { headers, body }, must) {
    let decoded;
    try {
      decoded = DECODE[headers["content-encoding"]](body);
    } catch (error) {
      return must("decoding the body", error.message, "no error");
    }
    must("body is that of the file", decoded.equals(readFileSync(join(this.#site, path))), true);
    must("content-length", headers["content-length"], String(body.length));
  }

  /** Both viewer stages chose the same variant, and a visitor who returns gets it again. */
  #checkVariant(kind, answer, trace, must) {
    if (kind === "assigned") this.#assigned = /^ab_home=(\w+)/.exec(answer.headers["set-cookie"])?.[1];
    const assigned = this.#assigned;
    must("variant", assigned, Object.keys(VARIANTS));
    if (!Object.hasOwn(VARIANTS, assigned ?? "")) return;
    this.#checkFile(VARIANTS[assigned], answer, must);
    must("viewer-request", trace.stages["viewer-request"].decision, assigned === "bold" ? "path / → /index-bold.html" : "unchanged");
  }
}

function matches(actual, expected) {
  if (expected instanceof RegExp) return typeof actual === "string" && expected.test(actual);
  return Array.isArray(expected) ? expected.includes(actual) : actual === expected;
}

function show(value) {
  if (value === null || value === undefined) return "nothing";
  if (value instanceof RegExp) return String(value);
  return Array.isArray(value) ? value.map(show).join(" or ") : JSON.stringify(value);
}
