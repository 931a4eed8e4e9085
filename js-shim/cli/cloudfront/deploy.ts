/** Rules → all that CloudFront needs of them, each at the place that costs least. */
import { type CloudFrontSplit, cloudfrontSplit, type Preferences } from "#dist/tools/cloudfront-split.js";
import { FindingsError } from "#dist/tools/findings-error.js";
import type { Finding, RuleFile } from "#dist/tools/check.js";
import type { Deployment, Policies } from "./deployment.js";
import { lambdaOf } from "./lambda.js";
import { type Places, placesOf } from "./places.js";
import { policiesOf } from "./policies.js";

export interface DeploymentOptions extends Preferences {
  /** The secret for the notes between stages; by default a new one each time. */
  readonly key?: string | undefined;
}

export interface Deployed {
  readonly deployment: Deployment;
  readonly places: Places;
  /** The errors of lines of vendors' files that were left out. */
  readonly leftOut: readonly Finding[];
}

/** Throws a `FindingsError` for rules that cannot be used, or a preference that cannot be met. */
export function deploymentOf(rules: readonly RuleFile[], options: DeploymentOptions = {}): Deployed {
  const { split, policies, places } = placedBy(rules, options);
  const inLambda = Object.values(policies.associations).includes("lambda");
  const made = split.function;
  const deployment = { function: made?.source ?? null, store: made?.store?.json ?? null, lambda: inLambda ? lambdaOf(split.plan) : null, policies };
  return { deployment, places, leftOut: split.leftOut };
}

/** The rules in their places, without what is deployed. */
export function placedBy(rules: readonly RuleFile[], options: DeploymentOptions = {}): { readonly split: CloudFrontSplit; readonly policies: Policies; readonly places: Places } {
  const split = cloudfrontSplit(rules, options);
  const policies = policiesOf(split);
  return { split, policies, places: placesOf(split, policies, inLambdaAlone(rules, split), inPolicies(rules, options, split)) };
}

/** How many rules `--prefer policies` takes to a response headers policy, with all else that is wanted. */
function inPolicies(rules: readonly RuleFile[], options: DeploymentOptions, { rules: placed, leftOut }: CloudFrontSplit): number {
  if (options.policies || placed.every(({ runs }) => runs === "policy")) return 0;
  const split = splitOrNull(rules, { ...options, policies: true });
  const count = (of: CloudFrontSplit["rules"]) => of.filter(({ runs }) => runs === "policy").length;
  return split === null || split.leftOut.length > leftOut.length ? 0 : Math.max(0, count(split.rules) - count(placed));
}

/** What the rules come to in one Lambda@Edge function; `null` where it cannot have all of them. */
function inLambdaAlone(rules: readonly RuleFile[], { leftOut }: CloudFrontSplit): Policies | null {
  const whole = splitOrNull(rules, { functions: false });
  return whole === null || whole.leftOut.length > leftOut.length ? null : policiesOf(whole);
}

/** The rules in other places, where they can be there. */
function splitOrNull(rules: readonly RuleFile[], options: DeploymentOptions): CloudFrontSplit | null {
  try {
    return cloudfrontSplit(rules, options);
  } catch (error) {
    if (!(error instanceof FindingsError)) throw error;
    return null;
  }
}
