import { lambdaEdge } from "selvedge/compiled/regex/lambda-edge";
import plan from "./plan-regex.mjs";

export const handler = lambdaEdge(plan);
