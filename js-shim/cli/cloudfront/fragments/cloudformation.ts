/** A CloudFormation template, as YAML: the policies, and a distribution whose behaviour uses them. */
import { configurationsOf } from "../configurations.js";
import { behaviour as behaviourWith, customErrors, type Names, policyResources } from "../template/behaviour.js";
import { yamlOf } from "../template/yaml.js";
import type { Behaviour } from "./behaviour.js";

const NAMES: Names = { prefix: "Selvedge", suffix: "selvedge" };
const FUNCTION = { FunctionVersion: { Type: "String", Description: "ARN of a numbered version of the function, in us-east-1" } };

export function cloudformation(behaviour: Behaviour): string {
  const policies = configurationsOf(behaviour);
  const lambda = { version: "FunctionVersion", bodyAt: behaviour.triggers.flatMap(({ name, includeBody }) => (includeBody ? [name] : [])) };
  const template = {
    AWSTemplateFormatVersion: "2010-09-09",
    Parameters: { ...(behaviour.triggers.length > 0 && FUNCTION), OriginDomain: { Type: "String" } },
    Resources: {
      ...policyResources(policies, NAMES),
      Distribution: {
        Type: "AWS::CloudFront::Distribution",
        Properties: {
          DistributionConfig: {
            Enabled: true,
            Origins: [{ Id: "origin", DomainName: { Ref: "OriginDomain" }, CustomOriginConfig: { OriginProtocolPolicy: "https-only" } }],
            ...customErrors(policies),
            DefaultCacheBehavior: { TargetOriginId: "origin", ...behaviourWith(policies, NAMES, lambda) },
          },
        },
      },
    },
  };
  return `# What these rules need of CloudFront. Take over the policies, and of the distribution what stands in its behaviour.\n${yamlOf(template)}`;
}
