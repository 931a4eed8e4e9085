import { lambdaEdge } from "selvedge/lambda-edge";
import rules from "./rules.json" with { type: "json" };

export const handler = lambdaEdge(rules);
