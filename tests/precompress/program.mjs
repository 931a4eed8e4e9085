// The Worker of the test: rules and origin come in bindings.
import { worker } from "selvedge/cloudflare";

let made;

export default {
  fetch(request, env, context) {
    made ??= worker(env.RULES, { origin: env.ORIGIN });
    return made.fetch(request, env, context);
  },
};
