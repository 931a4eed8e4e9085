// The Worker: takes a batch, answers with its results.
import { compile } from "selvedge/compile";
import { worker as compiled } from "selvedge/compiled/regex/cloudflare";
import { worker } from "selvedge/cloudflare";
import { runBatch } from "../shared/program/batch.mjs";
import { requestOf } from "../shared/program/messages.mjs";

let origin;
const options = { origin: (request) => origin(request) };
// The network, where a rule chose another host.
globalThis.fetch = (request) => origin(request);

const adapter = {
  compile,
  plain: (rules) => worker(rules, options),
  compiled: (plan) => compiled(plan, options),
  call({ fetch }, { request }, next) {
    origin = next;
    return fetch(requestOf(onCloudflare(request), { cf: { country: request.country } }), {}, { waitUntil() {}, passThroughOnException() {} });
  },
};

/** What Cloudflare adds to a viewer's request. */
function onCloudflare({ headers = [], clientIp, device, ...request }) {
  const added = Object.entries({ "CF-Connecting-IP": clientIp, "CF-Device-Type": device }).filter(([, value]) => value !== undefined);
  return { ...request, headers: [...headers, ...added] };
}

export default {
  async fetch(request) {
    return Response.json(await runBatch(await request.json(), adapter));
  },
};
