/** The local edge, for `selvedge dev` and for tests. A program file of its own, which the command line loads when it is asked for. */
export { type Assumed } from "./server.js";
export { certificateOf, madeCertificate } from "./certificate.js";
export { Inspector } from "./inspector/inspector.js";
export { Bucket } from "./origin/bucket.js";
export { LocalEdge, type Reports } from "./local-edge.js";
export { bucket, type Distribution, NAME } from "./distribution/distribution.js";
export { CACHING_OPTIMIZED, NO_ORIGIN_REQUEST_POLICY } from "./distribution/policy.js";
export { isUrl } from "./distribution/distribution.js";
export { type HandlerSetting, policiesOf, type Settings, UnusableRules } from "./settings.js";
export { type Trace } from "./pipeline/trace.js";
export { TRIGGERS, type Trigger } from "./trigger.js";
