import { lambdaEdge } from "selvedge/lambda-edge";
import { rulesWithRegex } from "../rules.mjs";

export const handler = lambdaEdge(rulesWithRegex);
