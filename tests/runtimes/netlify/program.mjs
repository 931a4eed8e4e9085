// An edge function is `(request, context) => Response`. Deno is the runtime; the context stands in for Netlify's own, which
// its package describes (@netlify/edge-functions-bootstrap, types only) and does not hold.
import { compile } from "selvedge/compile";
import { edgeFunction as compiled } from "selvedge/compiled/regex/netlify";
import { edgeFunction } from "selvedge/netlify";
import { runFiles } from "../shared/program/files.mjs";
import { requestOf } from "../shared/program/messages.mjs";

let origin;
// The network, where a rule chose another host.
globalThis.fetch = (request) => origin(request);

await runFiles({
  compile,
  plain: (rules) => edgeFunction(rules),
  compiled: (plan) => compiled(plan),
  call(handle, one, next) {
    origin = next;
    const request = requestOf(one.request);
    const { clientIp = "198.51.100.24", country, id = "01JC0000000000000000000000" } = one.request;
    const context = {
      geo: country === undefined ? {} : { country: { code: country, name: country } },
      ip: clientIp,
      requestId: id,
      url: new URL(request.url),
      next: (message = request) => next(message),
      waitUntil() {},
    };
    return handle(request, context);
  },
});
