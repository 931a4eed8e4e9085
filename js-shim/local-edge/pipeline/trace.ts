/** What happened to one request, stage by stage. */
import type { Violation } from "#dist/tools/validate-result.js";
import { type Trigger, TRIGGERS } from "../trigger.js";
import type { ConsoleLine } from "../handlers/function.js";
import { type Change, changesOf, decisionOf } from "./changes.js";
import type { Event, EventRequest, EventResponse, HeaderMap } from "../message.js";

export interface StageTrace {
  readonly ran: boolean;
  /** Why it did not run. */
  readonly why?: string;
  readonly answered?: boolean;
  readonly milliseconds?: number;
  readonly changes?: readonly Change[];
  readonly decision?: string;
  readonly problem?: string;
  readonly violations?: readonly Violation[];
  readonly console?: readonly ConsoleLine[];
  /** The function's name. */
  readonly by?: string;
  readonly event?: Event;
  readonly result?: unknown;
  /** The result is the message of the event, and is not kept a second time. */
  readonly isUntouched?: boolean;
}

/** What the origin was asked, and what it said. */
export interface OriginTrace {
  readonly url: string;
  readonly status: number;
  readonly headers: HeaderMap;
  readonly milliseconds: number;
}

export type CacheOutcome = "not asked" | "hit" | "miss" | "refreshed" | "stale" | "passed by" | "no cache";

/** What is kept of a request: plain data, as the inspector gets it. */
export type KeptTrace = Omit<Trace, "ran" | "ranInVain" | "failed" | "skipped" | "end" | "brief">;

/** One request. */
export class Trace {
  readonly at = Date.now();
  readonly method: string;
  readonly host: string;
  readonly url: string;
  readonly headers: HeaderMap;
  cache: CacheOutcome = "not asked";
  key: readonly string[] = [];
  status = 0;
  bytes = 0;
  xCache = "";
  milliseconds = 0;
  fault: string | undefined;
  origin: OriginTrace | undefined;
  response: HeaderMap = {};
  stages: Record<Trigger, StageTrace> = Object.fromEntries(TRIGGERS.map((trigger) => [trigger, { ran: false }])) as Record<Trigger, StageTrace>;
  readonly #started = performance.now();

  constructor(
    readonly id: string,
    request: EventRequest,
    readonly viewer: { readonly clientIp: string; readonly country?: string | undefined; readonly device: readonly string[] },
  ) {
    this.method = request.method;
    this.host = request.headers["host"]?.[0]?.value ?? "";
    this.url = request.uri + (request.querystring && `?${request.querystring}`);
    this.headers = request.headers;
  }

  /** A stage whose function ran; `result` is a request, or a response. */
  ran(trigger: Trigger, event: Event, result: EventRequest & EventResponse, more: Partial<StageTrace>): void {
    const { request, response } = event.Records[0].cf;
    const answered = response === undefined && result.status !== undefined;
    const changes = changesOf(answered ? {} : (response ?? request), result);
    this.stages[trigger] = { ran: true, answered, changes, decision: decisionOf(changes, answered ? result : undefined), event, result, ...more };
  }

  /** A stage whose function returned what it got. */
  ranInVain(trigger: Trigger, event: Event, more: Partial<StageTrace>): void {
    this.stages[trigger] = { ran: true, answered: false, changes: [], decision: decisionOf([]), event, isUntouched: true, ...more };
  }

  /** A stage that broke a rule of CloudFront, or threw. */
  failed(trigger: Trigger, problem: string, more: Partial<StageTrace>): void {
    this.fault = problem;
    this.stages[trigger] = { ran: true, answered: false, changes: [], decision: "fails", problem, ...more };
  }

  skipped(triggers: readonly Trigger[], why: string): void {
    for (const trigger of triggers) this.stages[trigger] = { ran: false, why };
  }

  end(status: number, bytes: number, xCache: string, response: HeaderMap): void {
    this.status = status;
    this.bytes = bytes;
    this.xCache = xCache;
    this.response = response;
    this.milliseconds = performance.now() - this.#started;
  }

  /** A line of the list. */
  brief(): object {
    const { id, at, method, host, url, status, bytes, cache, xCache, milliseconds, fault } = this;
    const stages = TRIGGERS.map((trigger) => this.stages[trigger]);
    return { id, at, method, host, url, status, bytes, cache, xCache, milliseconds: Math.round(milliseconds * 100) / 100, fault: fault?.split("\n")[0], ran: stages.map(({ ran, decision }) => (ran ? decision : "")) };
  }
}
