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
