// As alone.mts, as CommonJS.
import selvedge = require("selvedge/lambda-edge");

export const hooks: selvedge.LambdaEdgeHooks = { viewerRequest: (request) => (request.uri === "/" ? { status: "200" } : null) };
export const handler = selvedge.lambdaEdge({ security: "basic" }, hooks);
