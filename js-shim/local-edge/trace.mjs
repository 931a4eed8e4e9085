// What happened to one request, stage by stage, and the list of the last ones for whoever watches.
import { STAGES } from "../../pkg/dist/generated/names.js";
import { changesOf, decisionOf } from "./changes.mjs";

export { STAGES };

/** One request. Plain data, as the page gets it. */
export class Trace {
  cache = "not asked";
  key = undefined;
  status = 0;
  bytes = 0;
  xCache = "";
  milliseconds = 0;
  fault = undefined;
  stages = Object.fromEntries(STAGES.map((stage) => [stage, { ran: false, why: "" }]));
  #started = performance.now();

  constructor(id, { method, uri, querystring, headers }) {
    const lines = (name) => headers[name]?.map(({ value }) => value).join(", ");
    this.id = id;
    this.at = Date.now();
    this.method = method;
    this.url = uri + (querystring && `?${querystring}`);
    this.sent = { "accept-encoding": lines("accept-encoding"), cookie: lines("cookie") };
  }

  /** A stage whose function ran; `result` is a request, or a response. */
  ran(stage, event, result, milliseconds) {
    const { request, response } = event.Records[0].cf;
    const answered = response === undefined && result.status !== undefined;
    const changes = answered ? changesOf({}, result) : changesOf(response ?? request, result);
    this.stages[stage] = { ran: true, answered, milliseconds, changes, decision: decisionOf(changes, answered ? result : undefined), event, result };
  }

  /** A stage that broke a rule of CloudFront, or threw. */
  failed(stage, event, problem) {
    this.fault = problem;
    this.stages[stage] = { ran: true, answered: false, changes: [], decision: "fails", problem, event };
  }

  skipped(stages, why) {
    for (const stage of stages) this.stages[stage] = { ran: false, why };
  }

  end({ status, body, xCache }) {
    this.status = Number(status);
    this.bytes = body.length;
    this.xCache = xCache;
    this.milliseconds = performance.now() - this.#started;
  }
}

/** The last traces. */
export class Traces {
  #last = [];
  #watchers = new Set();

  add(trace) {
    this.#last.push(trace);
    if (this.#last.length > 50) this.#last.shift();
    for (const watcher of this.#watchers) watcher(trace);
  }

  get last() {
    return [...this.#last];
  }

  find(id) {
    return this.#last.find((trace) => trace.id === id);
  }

  /** Calls back with every new trace. Returns how to stop that. */
  watch(watcher) {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}
