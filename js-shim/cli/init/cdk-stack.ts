/** The site as a construct of the AWS CDK. What the rules need of a behaviour is the fragment of `selvedge plan --format cdk`. */
import { cdk, errorResponses } from "../cloudfront/fragments/cdk.js";
import { FOLDER } from "../cloudfront/template/site.js";
import type { Behaviour } from "../cloudfront/fragments/behaviour.js";

export interface SiteSettings {
  readonly behaviour: Behaviour;
  readonly site: string;
}

export function cdkStack({ behaviour, site }: SiteSettings): string {
  // The fragment begins with how it is used, which is what this file does.
  const fragment = cdk({ ...behaviour, errors: [] }).replace(/^(?:\/\/.*\n)+/, "");
  const [imports = "", rest = ""] = fragment.split(/\n(?=export )/);
  return `// The site on CloudFront: a private bucket, and one function at the triggers that the rules need. In a stack in us-east-1:
// new Site(this, "Site");
${imports
    .replace("import { Duration }", "import { Duration }")
    .replace('import type { IVersion } from "aws-cdk-lib/aws-lambda";', 'import * as origins from "aws-cdk-lib/aws-cloudfront-origins";\nimport * as lambda from "aws-cdk-lib/aws-lambda";\nimport type { IVersion } from "aws-cdk-lib/aws-lambda";\nimport * as s3 from "aws-cdk-lib/aws-s3";')
    .replace('import type { Construct } from "constructs";', 'import { Construct } from "constructs";')}
export class Site extends Construct {
  readonly distribution: cloudfront.Distribution;
  /** Takes what is in ${site}: aws s3 sync ${site} s3://BUCKET/${FOLDER} */
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, "Bucket", { blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL });
    const handler = new cloudfront.experimental.EdgeFunction(this, "Handler", {
      code: lambda.Code.fromAsset("build/edge"),
      handler: "handler.handler",
      runtime: lambda.Runtime.NODEJS_22_X,
      memorySize: 128,
      timeout: Duration.seconds(5),
    });
    this.distribution = new cloudfront.Distribution(this, "Distribution", {
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,${behaviour.errors.length === 0 ? "" : `\n      errorResponses: ${errorResponses(behaviour.errors, "      ")},`}
      defaultBehavior: {
        // To list makes a missing file 404; without it, S3 says 403. In a folder, no path asks for the bucket's list.
        origin: origins.S3BucketOrigin.withOriginAccessControl(this.bucket, { originPath: "/${FOLDER}", originAccessLevels: [cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST] }),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        ...selvedge(this, handler.currentVersion),
      },
    });
  }
}

${rest}`;
}
