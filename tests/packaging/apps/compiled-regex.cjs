const { lambdaEdge } = require("selvedge/compiled/regex/lambda-edge");
const plan = require("./plan-regex.cjs");

exports.handler = lambdaEdge(plan);
