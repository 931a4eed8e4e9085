// The middleware's side of the edge runtime: a global function that takes a batch.
import { compile } from "selvedge/compile";
import { middleware as compiled } from "selvedge/compiled/regex/vercel";
import { middleware } from "selvedge/vercel";
import { runBatch } from "../shared/program/batch.mjs";
import { requestOf } from "../shared/program/messages.mjs";
import { route } from "./platform.mjs";

globalThis.runBatch = async (batch) =>
  JSON.stringify(
    await runBatch(JSON.parse(batch), {
      compile,
      plain: (rules) => middleware(rules),
      compiled: (plan) => compiled(plan),
      call: (handle, { request }, next) => route(requestOf(onVercel(request)), (message) => handle(message, { waitUntil() {} }), next),
    }),
  );

/** What Vercel adds to a viewer's request. */
function onVercel({ headers = [], clientIp, country, ...request }) {
  const added = { "x-real-ip": clientIp, "x-forwarded-for": clientIp, "x-vercel-ip-country": country };
  return { ...request, headers: [...headers, ...Object.entries(added).filter(([, value]) => value !== undefined)] };
}
