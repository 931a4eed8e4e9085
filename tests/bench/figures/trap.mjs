// An event at which the engine traps: the new instance and the plan's copy are in its time.
import { watchInstances } from "../instances.mjs";
import { viewerRequest } from "../events.mjs";
import { compile, fromPlan } from "../package.mjs";
import { spread } from "../statistics.mjs";

export const figures = [
  {
    name: "trap",
    title: "event with a trap and the rebuild, small plan",
    target: 1,
    unit: "ms",
    measure: async ({ quick }) => {
      const rules = { redirects: [{ from: "/old/:year/*", to: "/new/:year/:splat" }] };
      const plan = compile(rules, { platform: "cloudfront" });
      let traps = false;
      let made = 0;
      const stop = watchInstances((exports) => {
        made++;
        const decide = (...args) => {
          if (!traps) return exports.decide(...args);
          traps = false;
          throw new WebAssembly.RuntimeError("unreachable");
        };
        return { ...exports, decide };
      });
      const { error } = console;
      console.error = () => {};
      try {
        const handler = fromPlan(plan);
        const taken = [];
        // No path twice: answers may be remembered.
        const event = (i) => JSON.parse(viewerRequest(i, `/old/2017/page-${i}.html`));
        for (let i = 0; i < (quick ? 20 : 200); i++) {
          const trapped = event(2 * i);
          traps = true;
          const start = performance.now();
          const result = await handler(trapped, {});
          taken.push(performance.now() - start);
          if (result !== trapped.Records[0].cf.request || made !== i + 2) throw new Error("it did not trap");
          const { status } = await handler(event(2 * i + 1), {});
          if (status !== "301") throw new Error("it did not recover");
        }
        return { ...spread(taken), detail: `the first ${taken[0].toFixed(2)} ms` };
      } finally {
        console.error = error;
        stop();
      }
    },
  },
];
