// Viewer response: ?download=true makes the browser save a file. The query stays out of the cache's key, so one copy
// serves both.
import { lambdaEdge } from "selvedge/lambda-edge";

export const handler = lambdaEdge({
  downloads: [{ for: "/files/*", when: { query: { download: "true" } } }],
});
