/** Which rule did it, and why the others did not: a request that was made, through `explain`. */
import type { Platform } from "#dist/compile/compile.js";
import { FACTS } from "#dist/generated/names.js";
import type { RuleFile } from "#dist/tools/check.js";
import { explain, type StageTrace } from "#dist/tools/explain.js";
import { RULES } from "../handlers/function.js";
import type { KeptTrace } from "../pipeline/trace.js";

/**
 * `undefined` where the request cannot be explained: it is not one that rules would see.
 *
 * @param areInHandler whether the handlers have the rules in them; else a handler takes the place of the rules at its trigger
 */
export function explained(trace: KeptTrace, sources: readonly RuleFile[], platform: Platform, areInHandler: boolean): readonly StageTrace[] | undefined {
  const { method, host, url, headers, viewer, id, origin } = trace;
  const lines = (map: KeptTrace["headers"]): [string, string][] => Object.entries(map).flatMap(([name, values]) => values.map(({ key = name, value }): [string, string] => [key, value]));
  const exchange = {
    url: `https://${host || "localhost"}${url}`,
    method,
    headers: lines(headers).filter(([name]) => name.toLowerCase() !== "host"),
    clientIp: viewer.clientIp,
    country: viewer.country,
    device: viewer.device,
    requestId: id,
    origin: { status: origin?.status, headers: lines(origin?.headers ?? {}) },
  };
  try {
    const { stages } = explain(sources, exchange, { platform, facts: FACTS });
    // What comes after a failure did not run. Of what the cache had, the rules are those that made it.
    const came = platform === "cloudfront" && trace.fault !== undefined ? stages.filter(({ stage }) => trace.stages[stage].ran) : stages;
    return areInHandler ? came : came.filter(({ stage }) => [undefined, RULES].includes(trace.stages[stage].by));
  } catch {
    return undefined;
  }
}
