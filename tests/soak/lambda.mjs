// Events through `lambdaEdge`, in one process and one instance.
import { Random } from "../oracles/random.mjs";
import { event, longest, stages } from "./events.mjs";
import { Memory, SAMPLES } from "./memory.mjs";
import { rules } from "./rules.mjs";

/** One in so many is asked of an instance made anew, too. */
const SAMPLE = 1_000;

export async function soakLambda({ lambdaEdge, compile, events, seed }) {
  const plan = compile(rules, { platform: "cloudfront" });
  const handler = lambdaEdge(plan);
  const random = new Random(seed);
  const memory = new Memory();
  const problems = [];
  let compared = 0;
  for (const stage of stages) await handler(longest(stage));
  const started = performance.now();
  let part = 1;
  for (let n = 0; n < events; n++) {
    const message = event(random);
    const copy = n % SAMPLE === 0 ? structuredClone(message) : undefined;
    const result = await handler(message);
    if (n + 1 >= (part * events) / SAMPLES) {
      await memory.sample();
      part++;
    }
    if (copy === undefined) continue;
    compared += 1;
    const [had, wanted] = [result, await lambdaEdge(plan)(structuredClone(copy))].map((each) => JSON.stringify(each));
    if (had !== wanted && problems.length < 5) problems.push(`event ${n}: ${had}\n  made anew: ${wanted}\n  for ${JSON.stringify(copy)}`);
  }
  const seconds = (performance.now() - started) / 1000;
  // Until here the handler is in use, and what it holds is in memory.
  await handler(longest(stages[0]));
  const verdict = memory.verdict();
  if (verdict !== undefined) problems.push(verdict);
  return { name: "lambdaEdge", count: events, seconds, compared, memory, problems, outcomes: {} };
}
