// A site on CloudFront: a private bucket, the rules of ../story, and a distribution with what they need.
import { App, Stack } from "aws-cdk-lib";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import * as origins from "aws-cdk-lib/aws-cloudfront-origins";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as deployment from "aws-cdk-lib/aws-s3-deployment";
import { EdgeRules } from "selvedge/cdk";

const app = new App();
// The function of Lambda@Edge is made in us-east-1, whatever the Region of the stack, which has to be named.
const stack = new Stack(app, "Site", { env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: "eu-central-1" } });

const bucket = new s3.Bucket(stack, "Bucket", { blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL });
const edge = new EdgeRules(stack, "Edge", { rules: "../story/rules.json" });
// To list makes a missing file 404; without it, S3 says 403. In a folder, no path asks for the bucket's list.
const origin = origins.S3BucketOrigin.withOriginAccessControl(bucket, { originPath: "/site", originAccessLevels: [cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST] });
const distribution = new cloudfront.Distribution(stack, "Distribution", {
  defaultBehavior: { origin, viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS, ...edge.behavior },
  errorResponses: edge.errorResponses,
});
new deployment.BucketDeployment(stack, "Files", { destinationBucket: bucket, destinationKeyPrefix: "site", distribution, sources: [deployment.Source.asset("build")] });

app.synth();
