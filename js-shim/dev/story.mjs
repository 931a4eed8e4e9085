// The demo's set: the story's handler in front of the sample site, with a policy as in its template.yaml.
import { fileURLToPath } from "node:url";
import { link } from "../../examples/link.mjs";
import { METADATA, prepare } from "../../examples/story/prepare.mjs";
import { Bucket } from "./bucket.mjs";
import { Edge } from "./edge.mjs";

/** The site as it was written. */
export const SITE = fileURLToPath(new URL("../../examples/story/site", import.meta.url));
const UPLOADED = fileURLToPath(new URL("../../target/demo/", import.meta.url));

const POLICY = { headers: [], queries: "none", forwardedHeaders: ["cloudfront-viewer-country"] };

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
  return { edge: new Edge({ handler, bucket: new Bucket(folder, METADATA), origin, policy: POLICY }), folder, count };
}
