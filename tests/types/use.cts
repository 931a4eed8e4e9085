// What users write, as CommonJS. The same uses as use.mts, shortened.
import aws = require("aws-lambda");
import compiler = require("selvedge/compile");
import compiled = require("selvedge/compiled/lambda-edge");
import compiledRegex = require("selvedge/compiled/regex/lambda-edge");
import plain = require("selvedge/lambda-edge");

const rules = { redirects: [{ from: "/old/*", to: "/new/:splat", status: 301 }] } as const;
const plan: Uint8Array = compiler.compile(rules, { platform: "cloudfront" });

export const onRequest: aws.CloudFrontRequestHandler = plain.lambdaEdge(rules);
export const onResponse: aws.CloudFrontResponseHandler = plain.lambdaEdge(rules, {
  viewerResponse(response) {
    delete response.headers["server"];
  },
});
export const small: aws.CloudFrontRequestHandler = compiled.lambdaEdge(plan);
export const regex: aws.CloudFrontResponseHandler = compiledRegex.lambdaEdge(plan);

// @ts-expect-error rules are an object, JSON text or a plan
plain.lambdaEdge(true);
// @ts-expect-error a compiled entry takes plans only
compiled.lambdaEdge(rules);
