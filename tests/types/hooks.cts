// Hooks written with the types of @types/aws-lambda, as CommonJS.
import aws = require("aws-lambda");
import selvedge = require("selvedge/lambda-edge");

declare function answer(request: aws.CloudFrontRequest, context: aws.Context): Promise<aws.CloudFrontRequestResult>;
declare function finish(response: aws.CloudFrontResponse): aws.CloudFrontResultResponse;

export const hooks: selvedge.LambdaEdgeHooks = { viewerRequest: answer, originRequest: answer, originResponse: finish, viewerResponse: finish };
export const handler: aws.CloudFrontRequestHandler & aws.CloudFrontResponseHandler = selvedge.lambdaEdge("{}", hooks);
