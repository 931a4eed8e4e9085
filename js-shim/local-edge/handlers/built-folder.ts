/** A folder that `selvedge build --platform cloudfront` wrote: a function at the viewer events, Lambda@Edge at the others. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { readBuilt } from "../../cli/cloudfront/built.js";
import type { Policies as Wanted } from "../../cli/cloudfront/deployment.js";
import { InputError } from "../../cli/input-error.js";
import { cachePolicy, originRequestPolicy, responseHeadersPolicy } from "../distribution/cloudformation.js";
import type { Behaviour, CustomError } from "../distribution/distribution.js";
import { CACHING_OPTIMIZED, NO_ORIGIN_REQUEST_POLICY } from "../distribution/policy.js";
import type { Plain } from "../distribution/reader.js";
import { type Trigger, TRIGGERS } from "../trigger.js";
import type { EdgeFunction } from "./function.js";
import { handlerIn } from "./module-function.js";
import { RulesFunction } from "./rules-function.js";
import { ViewerFunction } from "./viewer-function.js";

export interface BuiltFolder {
  readonly functions: Partial<Record<Trigger, EdgeFunction>>;
  readonly behaviour: Pick<Behaviour, "policies" | "responseHeaders">;
  readonly customErrors: readonly CustomError[];
}

/** `undefined` where the rules are files. */
export function builtFolder(rules: readonly string[]): BuiltFolder | undefined {
  const folder = rules.find(isFolder);
  if (folder === undefined) return undefined;
  if (rules.length > 1) throw new InputError("is a folder that was built, and the rules are in it", { where: folder, help: "give it alone, or the files that it was built from" });
  const { function: source, store, lambda, policies } = readBuilt(folder);
  const made = { function: source === null ? undefined : viewerFunction(join(folder, "function.js"), source, store), lambda: lambda === null ? undefined : lambdaFunction(join(folder, "lambda/index.js"), lambda) };
  return {
    functions: Object.fromEntries(TRIGGERS.flatMap((trigger) => {
      const runs = policies.associations[trigger];
      if (runs === null) return [];
      if (made[runs] === undefined) throw new InputError(`policies.json has ${runs} at ${trigger}, which is not there`, { where: folder, help: "build the folder anew" });
      return [[trigger, made[runs]]];
    })),
    ...needsOf(policies),
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

export function viewerFunction(file: string, source: string, store: string | null): ViewerFunction {
  try {
    return new ViewerFunction(file, source, store);
  } catch (error) {
    throw new InputError(`CloudFront does not take it: ${(error as Error).message}`, { where: file });
  }
}

function lambdaFunction(file: string, source: string): RulesFunction {
  return new RulesFunction(handlerIn(file, source), file);
}

function needsOf({ cachePolicy: cache, originRequestPolicy: request, responseHeadersPolicy: headers, customErrorResponses }: Wanted): Omit<BuiltFolder, "functions"> {
  const plain = (config: object): Plain => config as Plain;
  return {
    behaviour: {
      policies: {
        // Where any will do, as little as can be.
        cache: cache === null ? { ...CACHING_OPTIMIZED, minTTL: 0 } : cachePolicy(plain(cache)),
        originRequest: request === null ? NO_ORIGIN_REQUEST_POLICY : originRequestPolicy(plain(request)),
      },
      ...(headers !== null && { responseHeaders: responseHeadersPolicy(plain(headers)) }),
    },
    customErrors: customErrorResponses.map(({ ErrorCode, ResponseCode, ResponsePagePath, ErrorCachingMinTTL }) => ({ errorCode: ErrorCode, responseCode: ResponseCode, responsePagePath: ResponsePagePath, errorCachingMinTTL: ErrorCachingMinTTL })),
  };
}
