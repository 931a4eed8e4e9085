// Hooks written with the types of @types/aws-lambda fit, and so do functions that expect or return them.
import type {
  CloudFrontHeaders,
  CloudFrontRequest,
  CloudFrontRequestHandler,
  CloudFrontRequestResult,
  CloudFrontResponse,
  CloudFrontResponseHandler,
  CloudFrontResponseResult,
  CloudFrontResultResponse,
  Context,
} from "aws-lambda";
import { lambdaEdge as compiled, type LambdaEdgeHooks } from "selvedge/compiled/lambda-edge";
import { lambdaEdge } from "selvedge/lambda-edge";

declare const plan: Uint8Array;
declare function sign(request: CloudFrontRequest): CloudFrontRequest;
declare function answer(request: CloudFrontRequest, context: Context): Promise<CloudFrontRequestResult>;
declare function finish(response: CloudFrontResponse, headers: CloudFrontHeaders): CloudFrontResultResponse;

// Each parameter and result annotated.
export const annotated: CloudFrontRequestHandler & CloudFrontResponseHandler = lambdaEdge("{}", {
  viewerRequest(request: CloudFrontRequest, context: Context): CloudFrontRequestResult {
    return context.awsRequestId === "" ? null : request;
  },
  async originRequest(request: CloudFrontRequest, context: Context): Promise<CloudFrontRequestResult> {
    return answer(request, context);
  },
  originResponse(response: CloudFrontResponse, request: CloudFrontRequest): CloudFrontResponseResult {
    return finish(response, request.headers);
  },
  async viewerResponse(response: CloudFrontResponse, request: Pick<CloudFrontRequest, "uri">, context: Context): Promise<CloudFrontResponseResult> {
    return request.uri === context.functionName ? undefined : response;
  },
});

// Functions that exist already.
export const named: LambdaEdgeHooks = { viewerRequest: sign, originRequest: answer };
export const arrows: CloudFrontRequestHandler = compiled(plan, { viewerRequest: (request: CloudFrontRequest) => sign(request) });

// The parameters' own types go where AWS's are expected.
export const own: CloudFrontRequestHandler = compiled(plan, {
  viewerRequest: (request) => sign(request),
  originRequest(request) {
    const headers: CloudFrontHeaders = request.headers;
    const custom = request.origin?.custom?.domainName;
    return custom === undefined ? undefined : { status: "200", headers };
  },
  originResponse: (response, request) => finish(response, request.headers),
});

// @ts-expect-error a response has a status
lambdaEdge("{}", { viewerRequest: (): Pick<CloudFrontResultResponse, "body"> => ({ body: "" }) });
// @ts-expect-error a request is not a response
lambdaEdge("{}", { viewerResponse: (_: CloudFrontResponse, request: CloudFrontRequest): CloudFrontRequest => request });
