// The demo's set: the story's handler in front of the sample site, with the policy that its rules need.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { link } from "../../examples/link.mjs";
import { METADATA, prepare } from "../../examples/story/prepare.mjs";

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const dist = (module) => import(new URL(`../../pkg/dist/${module}.js`, import.meta.url));

/** The site as it was written. */
export const SITE = at("examples/story/site");
const RULES = at("examples/story/rules.json");

/**
 * @param warehouse the URL of the external data
 * @returns `{ edge, folder, count, remove }`, `remove` takes away what was prepared
 */
export async function storyEdge(warehouse) {
  link();
  const folder = at(`target/demo/${process.pid}`);
  const metadata = `${folder}.json`;
  const count = prepare(folder);
  writeFileSync(metadata, JSON.stringify(METADATA));
  const [{ bucket, LocalEdge, NAME, policiesOf }, { outline }] = await Promise.all([dist("cli/local-edge"), dist("tools/outline")]);

  // What `selvedge plan` lists for the rules, and the country, which the inspector shows.
  const policies = policiesOf(outline(readFileSync(RULES, "utf8"), { platform: "cloudfront" }), false);
  const originRequest = { ...policies.originRequest, headers: [...policies.originRequest.headers, "cloudfront-viewer-country"] };
  const behaviour = { pattern: "*", origin: "site", policies: { ...policies, originRequest }, compress: false, includeBody: [], handlers: {}, functions: {}, viewerProtocol: "allow-all" };
  const event = bucket("thornfold-site.s3.eu-west-1.amazonaws.com", { "X-Warehouse": warehouse });
  const distribution = { ...NAME, aliases: [], defaultRootObject: "", origins: [{ id: "site", event, folder }], behaviours: [behaviour], originGroups: [], customErrors: [] };
  const settings = {
    rules: [], handlers: [{ trigger: undefined, file: at("examples/story/handler.mjs") }], exported: "handler", origin: folder, metadata, missing: 404,
    includeBody: false, compress: false, platform: "cloudfront", runtime: "nodejs22.x", distribution, explains: [RULES],
  };
  const edge = new LocalEdge(settings, { country: "DE", device: [], clientIp: undefined }, { warn: console.warn, reloaded() {} });
  return { edge, folder, count, remove: () => [folder, metadata].forEach((path) => rmSync(path, { recursive: true, force: true })) };
}
