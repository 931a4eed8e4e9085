// Runs a batch of cases in one process of the runtime under test. Imports nothing but its neighbour, so that it runs, or
// bundles, everywhere; `../conformance.mjs` makes the batch and judges the results.
import { answered, asked, mustHold, responseOf, spoil, Unrepresentable } from "./messages.mjs";

/**
 * @param batch `{ cases: [{ rules, plan, request, origin, holds }], errors: [{ rules, platform }] }`: a plan in base64; the
 * headers that the messages of the expected outcome have to hold
 * @param adapter how this runtime's adapter is used: `plain(rules)` and `compiled(plan)` make a handler;
 * `call(handler, one, next)` sends it a case's request and resolves to what the viewer gets, `next` being the origin.
 * `compile` is that of selvedge/compile; without it, errors are not asked for
 * @returns the same lists: `{ outcomes: [{ way, request, response }] }`, `{ unrepresentable }` or `{ error }` for a case;
 * `{ problems }` for an error
 */
export async function runBatch(batch, adapter) {
  const cases = [];
  for (const one of batch.cases) cases.push(await reported(() => runCase(one, adapter)));
  const errors = [];
  for (const one of adapter.compile ? batch.errors : []) errors.push(await reported(() => ({ problems: problemsOf(one, adapter.compile) })));
  return { cases, errors };
}

async function runCase(one, adapter) {
  mustHold(one.holds);
  const outcomes = [];
  for (const [way, handler] of ways(one, adapter)) {
    let request = null;
    const next = async (message) => {
      // Where a fallback asks again, the case speaks of the first time.
      request ??= asked(message);
      return responseOf(one.origin, message.method);
    };
    const response = await adapter.call(handler, one, next);
    outcomes.push({ way, request, response: await answered(response) });
    spoil(response);
  }
  return { outcomes };
}

/** Each way to a handler of the case's rules. */
export function ways({ rules, plan }, adapter) {
  const plain = adapter.plain(rules);
  return [
    ["", plain],
    // The second pass finds out whether anything that the first returned is shared.
    ["(again) ", plain],
    ["(compiled) ", adapter.compiled(Uint8Array.from(atob(plan), (character) => character.charCodeAt(0)))],
  ];
}

/** The result of `run`, or of what it threw. */
export async function reported(run) {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Unrepresentable) return { unrepresentable: error.message };
    return { error: String(error?.stack ?? error) };
  }
}

function problemsOf({ rules, platform }, compile) {
  try {
    compile(rules, { platform });
    return null;
  } catch (error) {
    if (!error.problems) throw error;
    return error.problems.map(({ place, message, help }) => ({ place, message, help }));
  }
}
