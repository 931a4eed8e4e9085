// The demo's set: the story's handler in front of the sample site, with the policy that its rules need.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { link } from "../../examples/link.mjs";
import { METADATA, prepare } from "../../examples/story/prepare.mjs";
import { Bucket } from "./bucket.mjs";
import { Edge } from "./edge.mjs";
import { policyOf } from "./policy.mjs";

/** The site as it was written. */
export const SITE = fileURLToPath(new URL("../../examples/story/site", import.meta.url));
const UPLOADED = fileURLToPath(new URL("../../target/demo/", import.meta.url));

const RULES = fileURLToPath(new URL("../../examples/story/rules.json", import.meta.url));

/** What `selvedge plan` lists for the rules, and the country, which the pages of the demo show. */
async function policy() {
  const [{ compile }, { needsOf }] = await Promise.all(["compile", "needs"].map((name) => import(`../../pkg/dist/${name}.js`)));
  const needed = policyOf(needsOf(compile(readFileSync(RULES, "utf8"), { platform: "cloudfront" })));
  return { ...needed, forwardedHeaders: [...needed.forwardedHeaders, "cloudfront-viewer-country"] };
}

/** @param warehouse the URL of the external data */
export async function storyEdge(warehouse) {
  link();
  const folder = `${UPLOADED}${process.pid}`;
  const count = prepare(folder);
  const { handler } = await import("../../examples/story/handler.mjs");
  const origin = {
    s3: {
      authMethod: "none",
      customHeaders: { "x-warehouse": [{ key: "X-Warehouse", value: warehouse }] },
      domainName: "thornfold-site.s3.eu-west-1.amazonaws.com",
      path: "",
      region: "eu-west-1",
    },
  };
  return { edge: new Edge({ handler, bucket: new Bucket(folder, METADATA), origin, policy: await policy() }), folder, count };
}
