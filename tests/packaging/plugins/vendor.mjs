import { lambdaEdge } from "selvedge/lambda-edge";
import rules from "./_redirects";

export const handler = lambdaEdge(rules, { originResponse: withoutMeta });

function withoutMeta(response) {
  delete response.headers["x-amz-meta-owner"];
  response.headers["referrer-policy"] = [{ key: "Referrer-Policy", value: "same-origin" }];
}
