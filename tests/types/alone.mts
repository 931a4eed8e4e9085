// Without @types/aws-lambda, @types/node and DOM types: the package's own types need none of them.
import { lambdaEdge } from "selvedge/lambda-edge";

export const handler = lambdaEdge({ security: "basic" });
export const formalParameters: 2 = 2 satisfies Parameters<typeof handler>["length"];
