/** What calls cost, in dollars, and when that was looked up. */

/** Of a million calls. */
const FUNCTION = 0.1;
const LAMBDA = 0.6;
/** Of Lambda@Edge, for each GB and second. */
const GB_SECOND = 0.00005001;

export const MEMORY_MB = 128;
/** What a call of Selvedge takes on a warm instance, at most, and what Lambda bills at least. */
const MILLISECONDS = 1;

export const PRICE_LIST = "2026-11";

/** What a million reads of a KeyValueStore cost. */
export const STORE_READS = 0.03;

/** What a million calls cost. */
export const PER_MILLION = {
  function: FUNCTION,
  lambda: LAMBDA + 1e6 * (MEMORY_MB / 1024) * (MILLISECONDS / 1000) * GB_SECOND,
  policy: 0,
} as const;

/** For people: how Lambda@Edge is counted. */
export const LAMBDA_METHOD = `${MEMORY_MB} MB and ${MILLISECONDS} ms a call`;

export function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}
