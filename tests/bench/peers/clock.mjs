// Contestants in turn, batch by batch: whatever else the machine does hits all of them.
/** A contestant stops growing where a call takes longer, in nanoseconds. */
const SLOW = 1e9;
const BATCH_TIME = 3e6;
/** What is prepared for a batch takes longer than the batch itself. */
const MAX_BATCH = 1024;
const ROUNDS = 9;
/** Of calls that take longer, a few are enough. */
const LONG = 5e7;

/**
 * The time of a call of each contestant, in nanoseconds: that of its fastest batch, since whatever else the machine does only adds to
 * one. A contestant is `{ name, call, prepare?, inputs }`, where
 * `inputs(n)` is its nth input, as `prepare` takes it.
 */
export async function timesOf(contestants, maxBatch = MAX_BATCH) {
  const running = [];
  for (const contestant of contestants) {
    const state = { ...contestant, at: 0, size: 1 };
    // Warm, and long enough for the clock.
    for (;;) {
      const taken = await batch(state);
      if (taken > BATCH_TIME || state.size >= maxBatch) break;
      state.size *= 2;
    }
    state.least = (await batch(state)) / state.size;
    state.rounds = state.least > LONG ? 2 : ROUNDS;
    running.push(state);
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const state of round % 2 === 0 ? running : [...running].reverse()) {
      if (round < state.rounds) state.least = Math.min(state.least, (await batch(state)) / state.size);
    }
  }
  return new Map(running.map(({ name, least }) => [name, least]));
}

/** Why ten times as many rules would take too long, if they would. `ns` is for a call; setting up took `setUp` milliseconds. */
export function whySpent({ ns, setUp }) {
  if (ns * 10 > SLOW) return "ten times as many rules take more than a second for each call";
  return setUp * 10 > 20_000 ? "ten times as many rules take minutes to set up" : undefined;
}

async function batch(state) {
  const { size, call, inputs, prepare = (input) => input } = state;
  const prepared = Array.from({ length: size }, (_, i) => prepare(inputs(state.at + i), state.at + i));
  state.at += size;
  const start = process.hrtime.bigint();
  let result = call(prepared[0]);
  if (result instanceof Promise) {
    await result;
    for (let i = 1; i < size; i++) await call(prepared[i]);
  } else {
    for (let i = 1; i < size; i++) result = call(prepared[i]);
  }
  return Number(process.hrtime.bigint() - start);
}
