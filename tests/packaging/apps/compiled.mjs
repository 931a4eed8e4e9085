import { lambdaEdge } from "selvedge/compiled/lambda-edge";
import plan from "./plan.mjs";

export const handler = lambdaEdge(plan);
