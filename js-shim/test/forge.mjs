// Plans as whoever forges them would write them: any word at any place, under a checksum that fits.

const K = 0x9e3779b97f4a7c15n;
const U64 = (1n << 64n) - 1n;
/** The words of the checksum, and the first byte that it covers; see selvedge-plan/src/layout.rs. */
const [CHECKSUM, CHECKED_FROM] = [3, 20];

function mix(state, word) {
  const folded = ((state ^ word) * K) & U64;
  return folded ^ (folded >> 29n);
}

function checksum(bytes) {
  let state = ((BigInt(bytes.length) * K) & U64) ^ 0x517cc1b727220a95n;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const whole = bytes.length & ~7;
  for (let at = 0; at < whole; at += 8) state = mix(state, view.getBigUint64(at, true));
  let last = 0n;
  for (let at = whole; at < bytes.length; at++) last |= BigInt(bytes[at]) << BigInt(8 * (at - whole));
  state = mix(state, last);
  state = mix(state, state >> 32n);
  return state ^ (state >> 31n);
}

/** A copy of the plan with other words, by byte offset, and the checksum that fits. */
export function forged(plan, words) {
  const bytes = plan.slice();
  const view = new DataView(bytes.buffer);
  for (const [at, word] of words) view.setUint32(at, word, true);
  view.setBigUint64(4 * CHECKSUM, checksum(bytes.subarray(CHECKED_FROM)), true);
  return bytes;
}

/** What a forger would write at `at` of a plan of `length` bytes. */
export function hostileWords(at, length) {
  return [0, 1, 2, 3, 5, 16, 64, 255, 0x7fffffff, 0x80000000, 0xc0000000, 0xffffffff, length, length - 4, length / 2, at, 0x80000000 | at].map((word) => word >>> 0);
}
