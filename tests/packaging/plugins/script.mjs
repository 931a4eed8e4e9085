import { lambdaEdge } from "selvedge/lambda-edge";
import rules from "./edge.rules.mjs";

export const handler = lambdaEdge(rules);
