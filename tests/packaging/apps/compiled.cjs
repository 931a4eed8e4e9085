const { lambdaEdge } = require("selvedge/compiled/lambda-edge");
const plan = require("./plan.cjs");

exports.handler = lambdaEdge(plan);
