// Two handlers on the same events, batch by batch in turn, so that whatever else the machine does hits both.
import { deepStrictEqual } from "node:assert/strict";
import { quantile, spread } from "./statistics.mjs";

export const BATCH = 64;
const CONTEXT = { awsRequestId: "bench", functionName: "bench", functionVersion: "1" };
const WARM_UP = 100;

/**
 * The ratio of the times of two handlers. `texts(n)` gives the 64 event texts of the nth pair of batches; each batch
 * gets them freshly parsed (or as `prepare` makes them), outside the timed part. With `apart`, each contestant has texts of
 * its own.
 */
export async function race(ours, theirs, texts, { quick, apart = texts, prepare = JSON.parse }) {
  const pairs = quick ? 200 : 2000;
  const deadline = performance.now() + (quick ? 1_000 : 10_000);
  for (let n = 0; n < WARM_UP; n++) {
    await batch(ours, texts(n), prepare);
    await batch(theirs, apart(n), prepare);
  }
  const ratios = [];
  const ourTimes = [];
  const theirTimes = [];
  // At least some, however slow the machine is.
  for (let n = WARM_UP; n < WARM_UP + pairs && (n < WARM_UP + 50 || performance.now() < deadline); n++) {
    let our;
    let their;
    if (n % 2 === 0) {
      our = await batch(ours, texts(n), prepare);
      their = await batch(theirs, apart(n), prepare);
    } else {
      their = await batch(theirs, apart(n), prepare);
      our = await batch(ours, texts(n), prepare);
    }
    ratios.push(our / their);
    ourTimes.push(our / BATCH);
    theirTimes.push(their / BATCH);
  }
  const [our, their] = [ourTimes, theirTimes].map((times) => Math.round(quantile(times, 0.5)));
  return { ...spread(ratios), detail: `${our} ns against ${their} ns, ${ratios.length} batches each` };
}

/** Refuses to go on when the handlers differ in any result. `expected` may adapt the second one's to a known difference. */
export async function sameResults(ours, theirs, texts, expected = (result) => result) {
  for (const text of texts) {
    const our = await ours(JSON.parse(text), CONTEXT);
    const their = expected(await theirs(JSON.parse(text), CONTEXT), our);
    deepStrictEqual(our, their, `the contestants differ on ${text}`);
  }
}

async function batch(handler, texts, prepare) {
  const events = [];
  for (const text of texts) events.push(prepare(text));
  const start = process.hrtime.bigint();
  for (let i = 0; i < events.length; i++) await handler(events[i], CONTEXT);
  return Number(process.hrtime.bigint() - start);
}
