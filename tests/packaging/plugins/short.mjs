import { lambdaEdge } from "selvedge/lambda-edge";
import rules from "./edge.rules";

export const handler = lambdaEdge(rules);
