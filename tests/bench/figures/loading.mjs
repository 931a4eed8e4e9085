// 100,000 redirects: from rules or a plan to a handler that is ready.
import { compile, fromPlan, fromRules } from "../package.mjs";
import { redirectSet } from "../redirects.mjs";
import { times } from "../statistics.mjs";
import { watchInstances } from "../instances.mjs";

const MIB = 2 ** 20;
const rules = () => redirectSet(100_000).rules;
const plan = () => compile(rules(), { platform: "cloudfront" });

export const figures = [
  {
    name: "load-rules",
    title: "100,000 redirects, plain objects to a handler",
    target: 250,
    unit: "ms",
    measure: ({ quick }) => {
      const given = rules();
      return times(quick ? 3 : 7, () => fromRules(given));
    },
  },
  {
    name: "compile",
    title: "100,000 redirects, compile() alone",
    unit: "ms",
    measure: ({ quick }) => {
      const given = rules();
      return times(quick ? 3 : 7, () => compile(given, { platform: "cloudfront" }));
    },
  },
  {
    name: "plan-size",
    title: "100,000 redirects, size of the plan",
    unit: "MiB",
    measure: () => ({ measured: plan().length / MIB }),
  },
  {
    name: "load-plan",
    title: "100,000 redirects, plan to a handler",
    target: 15,
    aim: 8,
    unit: "ms",
    measure: ({ quick }) => {
      const given = plan();
      return times(quick ? 5 : 25, () => fromPlan(given));
    },
  },
  {
    name: "memory",
    title: "100,000 redirects, wasm memory",
    target: 6,
    aim: 6,
    unit: "MiB",
    measure: () => {
      const given = plan();
      const memories = [];
      const stop = watchInstances(({ memory }) => void memories.push(memory));
      fromPlan(given);
      stop();
      if (memories.length !== 1) throw new Error(`expected one instance, there were ${memories.length}`);
      return { measured: memories[0].buffer.byteLength / MIB };
    },
  },
];
