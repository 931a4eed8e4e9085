// Rules imported from a JSON file, as CommonJS.
import cloudflare = require("selvedge/cloudflare");
import fetch_ = require("selvedge/fetch");
import lambda = require("selvedge/lambda-edge");
import netlify = require("selvedge/netlify");
import node = require("selvedge/node");
import vercel = require("selvedge/vercel");
import rules = require("./data/rules.json");
import unknownKey = require("./data/unknown-key.json");

export const adapters = [
  lambda.lambdaEdge(rules),
  fetch_.edge(rules),
  cloudflare.worker(rules),
  netlify.edgeFunction(rules),
  vercel.middleware(rules),
  node.middleware(rules),
];

// @ts-expect-error "stauts" is not a key of rules
cloudflare.worker(unknownKey);
