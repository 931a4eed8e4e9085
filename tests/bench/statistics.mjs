// Medians and quartiles: what is left of many runs on a machine that does other things as well.

/** The value below which the `share` of the values lies, interpolated. */
export function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at % 1);
}

/** What a figure reports: the median, and where the middle half of the values lies. */
export function spread(values) {
  return { measured: quantile(values, 0.5), low: quantile(values, 0.25), high: quantile(values, 0.75) };
}

/** How long a job takes in milliseconds, over this many runs. */
export function times(count, job) {
  const taken = [];
  for (let i = 0; i < count; i++) {
    // Each leaves megabytes: their collection is not the next one's doing.
    globalThis.gc?.();
    const start = performance.now();
    job();
    taken.push(performance.now() - start);
  }
  return { ...spread(taken), detail: `the first ${taken[0].toFixed(1)} ms` };
}
