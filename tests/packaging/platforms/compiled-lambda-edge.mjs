import { lambdaEdge } from "selvedge/compiled/lambda-edge";
import plan from "../plans/cloudfront.mjs";
import { asker } from "./lambda-edge-events.mjs";

export const ask = asker(lambdaEdge(plan));
