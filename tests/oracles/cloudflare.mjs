/** Cloudflare's own rules engine: redirects by npm redirects-in-workers, headers by the handler of @cloudflare/pages-shared. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { importTool, toolPath } from "./tools.mjs";

const { generateRedirectsEvaluator } = await importTool("redirects-in-workers");

/** A `_redirects` file as a function of a request. */
export function cloudflareRedirects(text) {
  const evaluate = quietly(() => generateRedirectsEvaluator(text));
  return async (url) => {
    let asked;
    const assets = { fetch: (request) => ((asked = new URL(request.url ?? request)), new Response("file")) };
    let response;
    try {
      response = await evaluate(new Request(url), assets);
    } catch (error) {
      // A target such as "//" is not a URL.
      if (error.code === "ERR_INVALID_URL") return { kind: "invalid" };
      throw error;
    }
    if (!response) return { kind: "none" };
    const location = response.headers.get("location");
    if (location !== null) return { kind: "redirect", status: response.status, to: new URL(location, url).href };
    const own = new URL(url);
    return asked.pathname === own.pathname ? { kind: "none" } : { kind: "page", status: response.status, to: asked.pathname };
  };
}

/** Both print a summary of each file. */
function quietly(work) {
  const { log, warn, info } = console;
  Object.assign(console, { log() {}, warn() {}, info() {} });
  try {
    return work();
  } finally {
    Object.assign(console, { log, warn, info });
  }
}

// A module in a package that says that it has none.
const copy = join(mkdtempSync(join(tmpdir(), "selvedge-oracles-")), "handler.mjs");
writeFileSync(copy, readFileSync(toolPath("@cloudflare/pages-shared", "dist/asset-server/handler.js")));
const { generateHandler } = await import(pathToFileURL(copy));

/** Blocks (`{ path, set, unset }`) as a function of a URL: the headers of a file there. */
export function cloudflareHeaders(blocks) {
  const rules = {};
  for (const { path, set, unset } of blocks) rules[path] = { set, ...(unset.length > 0 ? { unset } : {}) };
  return async (url) => {
    const response = await generateHandler({
      request: new Request(url),
      metadata: { headers: { version: 2, rules } },
      findAssetEntryForPath: async (path) => path,
      getAssetKey: (entry) => entry,
      negotiateContent: () => ({ encoding: null }),
      fetchAsset: async () => ({ body: "file", contentType: "text/plain" }),
      logError: (error) => {
        throw error;
      },
    });
    return response.headers;
  };
}
