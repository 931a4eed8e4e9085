// Without @types/aws-lambda, @types/node and DOM types: the package's own types need none of them.
import { lambdaEdge } from "selvedge/lambda-edge";

export const handler = lambdaEdge({ security: "basic" });
export const formalParameters: 2 = 2 satisfies Parameters<typeof handler>["length"];
export const hooked = lambdaEdge(
  { security: "basic" },
  {
    viewerRequest(request) {
      request.headers["x-a"] = [{ value: request.uri }];
      return request.method === "GET" ? undefined : { status: "405" };
    },
    viewerResponse: (response, request) => (request.uri === "/" ? null : response),
  },
);
