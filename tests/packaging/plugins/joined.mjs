// The rules of a file among others: the file becomes rules, and the compiler stays.
import { lambdaEdge } from "selvedge/lambda-edge";
import redirects from "./_redirects";

export const handler = lambdaEdge({
  ...redirects,
  headers: [{ for: "/*", remove: ["x-amz-meta-*"], set: { "Referrer-Policy": "same-origin" } }],
});
