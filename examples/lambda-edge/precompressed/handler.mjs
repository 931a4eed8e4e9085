// Origin request: asks for app.js.br or app.js.gz instead of app.js, as the viewer accepts.
// Origin response: says what it is (Content-Encoding, Vary, the type of the original).
// The cache policy must enable gzip and brotli; CloudFront then keys copies by what is accepted.
import { lambdaEdge } from "selvedge/lambda-edge";

export const handler = lambdaEdge({
  precompressed: [{ for: ["*.html", "*.css", "*.js", "*.svg"], encodings: ["br", "gzip"] }],
});
