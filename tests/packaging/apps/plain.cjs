const { lambdaEdge } = require("selvedge/lambda-edge");

exports.handler = lambdaEdge(`{
  "redirects": [{ "from": "/old/*", "to": "/new/:splat", "status": 301 }],
  "headers": [{ "for": "/*", "remove": ["x-amz-meta-*"], "set": { "Referrer-Policy": "same-origin" } }]
}`);
