/** The local edge, for `selvedge dev` and for tests. A program file of its own, which the command line loads when it is asked for. */
export { type Assumed } from "./server.js";
export { LocalEdge, type Reports } from "./local-edge.js";
export { type HandlerSetting, isUrl, type Settings } from "./settings.js";
export { type Trace } from "./pipeline/trace.js";
export { TRIGGERS, type Trigger } from "./trigger.js";
