/** One request: the stages with what each changed, which rule did it, and why the others did not. */
import { difference, el, more, table } from "../../../pages/dom.js";
import { type Step, stepList } from "../../../pages/steps.js";

interface Change {
  readonly kind: "set" | "changed" | "removed";
  readonly what: string;
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
}

interface Violation {
  readonly severity: "error" | "warning";
  readonly place: string;
  readonly message: string;
  readonly before?: string;
  readonly after?: string;
  readonly rule: string;
  readonly help: string;
}

interface Stage {
  readonly ran: boolean;
  readonly why?: string;
  readonly milliseconds?: number;
  readonly changes?: readonly Change[];
  readonly decision?: string;
  readonly problem?: string;
  readonly violations?: readonly Violation[];
  readonly console?: readonly { readonly level: string; readonly text: string }[];
  readonly by?: string;
  readonly event?: { readonly Records: readonly { readonly cf: object }[] };
  readonly result?: unknown;
  readonly isUntouched?: boolean;
}

type Headers = Record<string, readonly { readonly key?: string; readonly value: string }[]>;

export interface Detail {
  readonly id: string;
  readonly method: string;
  readonly host: string;
  readonly url: string;
  readonly status: number;
  readonly bytes: number;
  readonly xCache: string;
  readonly milliseconds: number;
  readonly cache: string;
  readonly key: readonly string[];
  readonly fault?: string;
  readonly viewer: { readonly clientIp: string; readonly country?: string; readonly device: readonly string[] };
  readonly headers: Headers;
  readonly response: Headers;
  readonly origin?: { readonly url: string; readonly status: number; readonly milliseconds: number; readonly headers: Headers };
  readonly stages: Record<string, Stage>;
  readonly rules?: readonly { readonly stage: string; readonly skipped: string | null; readonly steps: readonly Step[] }[];
}

export function detail(trace: Detail): Node[] {
  const { method, host, url, status, bytes, milliseconds, xCache, viewer, fault } = trace;
  const rulesOf = (name: string): Detail["rules"] => trace.rules?.filter(({ stage }) => stage === name);
  const [first, ...rest] = Object.entries(trace.stages);
  return [
    el("p", { className: "mono" }, `${method} ${host}${url}`),
    el("p", {}, el("b", { className: status >= 500 ? "bad" : status >= 400 ? "warn" : "good" }, String(status)), ` ${xCache}, ${bytes} bytes, ${milliseconds.toFixed(1)} ms`),
    el("p", { className: "quiet" }, `from ${viewer.clientIp}${viewer.country === undefined ? "" : `, ${viewer.country}`}${viewer.device.length === 0 ? "" : `, ${viewer.device.join(" ")}`}`),
    ...(fault === undefined || Object.values(trace.stages).some(({ problem }) => problem !== undefined) ? [] : [el("pre", { className: "bad", tabIndex: 0 }, fault)]),
    more("What the viewer sent", headers(trace.headers)),
    ...(first === undefined ? [] : [stage(first, rulesOf(first[0]))]),
    cache(trace),
    ...rest.slice(0, 1).map((entry) => stage(entry, rulesOf(entry[0]))),
    ...(trace.origin === undefined ? [] : [origin(trace.origin)]),
    ...rest.slice(1).map((entry) => stage(entry, rulesOf(entry[0]))),
    more("What the viewer got", headers(trace.response)),
  ];
}

function stage([name, { ran, why, decision, milliseconds, changes = [], problem, violations = [], console = [], by, event, result, isUntouched }]: [string, Stage], rules: Detail["rules"]): Node {
  const time = milliseconds === undefined ? "" : `${by ?? ""}, ${milliseconds.toFixed(2)} ms`;
  return el("div", { className: "stage" },
    el("h3", {}, name, el("span", { className: ran ? "did" : "quiet" }, ran ? (decision ?? "") : `does not run: ${why ?? ""}`), el("span", { className: "quiet" }, time)),
    ...violations.map(violation),
    ...(problem === undefined || violations.length > 0 ? [] : [el("pre", { className: "bad", tabIndex: 0 }, problem)]),
    changes.length === 0 ? undefined : table(changes.map(({ name, from, to }) => [name, ...difference(from, to)])),
    ...(console.length === 0 ? [] : [el("h4", {}, "Console"), el("pre", { tabIndex: 0 }, console.map(({ level, text }) => `${level}: ${text}`).join("\n"))]),
    ...(ran || by === undefined ? stepList(stepsOf(rules)) : []),
    event === undefined ? undefined : more("The event, and the result", el("pre", { tabIndex: 0 }, JSON.stringify(event.Records[0]?.cf, null, 2)), el("pre", { tabIndex: 0 }, isUntouched ? "what it got" : (JSON.stringify(result, null, 2) ?? "nothing"))));
}

function violation({ severity, place, message, before, after, rule, help }: Violation): Node {
  const rows = { place, before, after, rule, "what to do": help };
  const shown = Object.entries(rows).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [el("dt", {}, name), el("dd", {}, value)]));
  return el("div", { className: severity === "error" ? "violation" : "violation open" }, el("p", { className: severity === "error" ? "bad" : "warn" }, message), el("dl", {}, ...shown));
}

function cache({ cache, key }: Detail): Node {
  const lines = key.length === 0 ? undefined : more("What is in the key", el("pre", { tabIndex: 0 }, key.join("\n")));
  return el("div", { className: "stage" }, el("h3", {}, "cache", el("span", { className: cache === "hit" ? "did good" : "did" }, cache)), lines);
}

function origin({ url, status, milliseconds, headers: sent }: NonNullable<Detail["origin"]>): Node {
  return el("div", { className: "stage" }, el("h3", {}, "origin", el("span", { className: "did" }, `${status} from ${url}`), el("span", { className: "quiet" }, `${milliseconds.toFixed(1)} ms`)), more("What the origin sent", headers(sent)));
}

function stepsOf(stages: Detail["rules"]): Step[] {
  return (stages ?? []).filter(({ skipped }) => skipped === null).flatMap(({ steps }) => steps);
}

function headers(map: Headers): Node {
  return table(Object.entries(map).flatMap(([name, lines]) => lines.map(({ key = name, value }): [string, string] => [key, value])), "no headers");
}
