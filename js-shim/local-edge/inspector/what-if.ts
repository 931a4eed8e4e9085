/** What other rules would change for requests that were made. */
import { Engine, type Outcome } from "#dist/tools/engine.js";
import type { RuleFile } from "#dist/tools/check.js";
import { outline } from "#dist/tools/outline.js";
import { FACTS } from "#dist/generated/names.js";
import type { HeaderMap } from "../message.js";
import type { KeptTrace } from "../pipeline/trace.js";

export interface Difference {
  readonly id: string;
  readonly request: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Tries each request once, of all that are kept, but those that rules would not see, such as of a host with port 99999. Throws a `FindingsError` for rules that cannot be used. */
export async function whatWouldChange(traces: readonly KeptTrace[], now: readonly RuleFile[], then: readonly RuleFile[]): Promise<{ readonly kept: number; readonly tried: number; readonly strange: number; readonly differences: readonly Difference[] }> {
  const [before, after] = [engineOf(now), engineOf(then)];
  const seen = new Map<string, KeptTrace>();
  for (const trace of [...traces].reverse()) {
    const key = JSON.stringify([trace.method, trace.host, trace.url, trace.headers, trace.viewer]);
    if (!seen.has(key)) seen.set(key, trace);
  }
  const differences: Difference[] = [];
  let strange = 0;
  for (const trace of seen.values()) {
    const outcomes = await Promise.all([run(before, trace), run(after, trace)]).catch(() => undefined);
    if (outcomes === undefined) {
      strange += 1;
      continue;
    }
    const [one, other] = [linesOf(outcomes[0]), linesOf(outcomes[1])];
    const gone = one.filter((line) => !other.includes(line));
    const come = other.filter((line) => !one.includes(line));
    if (gone.length + come.length > 0) differences.push({ id: trace.id, request: `${trace.method} ${trace.url}`, before: gone, after: come });
  }
  return { kept: traces.length, tried: seen.size - strange, strange, differences };
}

function engineOf(files: readonly RuleFile[]): Engine {
  // All stages in one pass, with every fact: what rules decide does not depend on the platform.
  return new Engine(outline(files, { platform: "fetch", facts: FACTS }).plan);
}

function run(engine: Engine, { method, host, url, headers, viewer, id, origin }: KeptTrace): Promise<Outcome> {
  const { clientIp, country, device } = viewer;
  const asked = { method, url: `https://${host || "localhost"}${url}`, headers: plain(headers), country, device: [...device], clientIp, requestId: id };
  return engine.handle(asked, () => ({ status: origin?.status ?? 200, headers: plain(origin?.headers ?? {}) }));
}

function linesOf({ asked, status, headers, cookies }: Outcome): string[] {
  return [
    `status: ${status}`,
    ...(asked === undefined ? [] : [`the origin is asked: ${asked.url.replace(/^https?:\/\/[^/]*/, "")}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...cookies.map((cookie) => `set-cookie: ${cookie}`),
  ];
}

function plain(headers: HeaderMap): Record<string, string[]> {
  const kept = Object.entries(headers).filter(([name]) => name !== "content-length" && name !== "transfer-encoding" && name !== "connection");
  return Object.fromEntries(kept.map(([name, lines]) => [name, lines.map(({ value }) => value)]));
}
