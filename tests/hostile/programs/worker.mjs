// selvedge/cloudflare as a Worker: the rules are a binding.
import { worker } from "selvedge/cloudflare";
import { inTime, seen } from "./site.mjs";

let site;

export default {
  fetch(request, env, context) {
    site ??= worker(env.RULES, { origin: seen, hooks: env.RULES.origins && inTime });
    return site.fetch(request, env, context);
  },
};
