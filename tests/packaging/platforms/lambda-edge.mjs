import { lambdaEdge } from "selvedge/lambda-edge";
import { rules } from "../rules.mjs";
import { asker } from "./lambda-edge-events.mjs";

export const ask = asker(lambdaEdge(rules));
