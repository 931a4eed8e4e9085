/** The site as a construct of the AWS CDK, around `selvedge/cdk`, in the language of the app. */
import { existsSync } from "node:fs";
import { errorResponses } from "../cloudfront/fragments/cdk.js";
import type { CustomErrorResponse } from "../cloudfront/fragments/behaviour.js";
import { FOLDER } from "../cloudfront/template/site.js";
import { readJsonc } from "../jsonc.js";

export const CDK_FILE = "cdk.json";

/** The module of the construct, by the language of the app; nothing where that is not JavaScript. */
export function cdkModule(): string | undefined {
  const app = (readJsonc(CDK_FILE) as { readonly app?: unknown } | null)?.app;
  if (typeof app !== "string" || /\bts-node\b|\btsx\b|\.[cm]?tsx?\b/.test(app)) return "edge/site.ts";
  if (!/\b(?:node|npx|npm|yarn|pnpm|bun)\b/.test(app)) return undefined;
  return existsSync("tsconfig.json") ? "edge/site.ts" : "edge/site.mjs";
}

export interface StackSettings {
  /** The options of `EdgeRules`. */
  readonly rules: { readonly rules: readonly string[]; readonly dialect?: string | undefined; readonly site?: string | undefined };
  /** Pages for errors that the rules do not mean already. */
  readonly errors: readonly CustomErrorResponse[];
  readonly site: string;
  readonly isTyped: boolean;
}

export function cdkStack({ rules, errors, site, isTyped }: StackSettings): string {
  const typed = (types: string): string => (isTyped ? types : "");
  return `// The site on CloudFront: a private bucket, the rules, and a distribution with what they need. In a stack whose env names a region:
// new Site(this, "Site");
${errors.length === 0 ? "" : 'import { Duration } from "aws-cdk-lib";\n'}import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import * as origins from "aws-cdk-lib/aws-cloudfront-origins";
import * as s3 from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { EdgeRules } from "selvedge/cdk";

export class Site extends Construct {
  ${typed("readonly ")}distribution${typed(": cloudfront.Distribution")};
  /** Takes what is in ${site}: aws s3 sync ${site} s3://BUCKET/${FOLDER} */
  ${typed("readonly ")}bucket${typed(": s3.Bucket")};

  constructor(scope${typed(": Construct")}, id${typed(": string")}, props${typed(': Pick<cloudfront.DistributionProps, "certificate" | "domainNames">')} = {}) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, "Bucket", { blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL });
    const edge = new EdgeRules(this, "Edge", { ${options(rules)} });
    this.distribution = new cloudfront.Distribution(this, "Distribution", {
      ...props,
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      errorResponses: ${errors.length === 0 ? "edge.errorResponses" : errorResponses(errors, "      ")},
      defaultBehavior: {
        // To list makes a missing file 404; without it, S3 says 403. In a folder, no path asks for the bucket's list.
        origin: origins.S3BucketOrigin.withOriginAccessControl(this.bucket, { originPath: "/${FOLDER}", originAccessLevels: [cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST] }),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        ...edge.behavior,
      },
    });
  }
}
`;
}

function options(rules: StackSettings["rules"]): string {
  const literal = (value: string | readonly string[]): string => (typeof value === "string" ? JSON.stringify(value) : `[${value.map(literal).join(", ")}]`);
  return Object.entries(rules).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${literal(value)}`])).join(", ");
}
