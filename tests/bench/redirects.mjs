// Redirect rule sets of any size: nine exact paths to one pattern, texts of the same length in all sizes.

const EXACT = 900_000;

/** The rules, and the paths that hit them: `exact(i)` and `pattern(i)` for any i, spread over all rules. */
export function redirectSet(size) {
  const patterns = size / 10;
  const exacts = size - patterns;
  // Spread, so that small sets have the digits of large ones.
  const step = Math.floor(EXACT / exacts);
  const id = (i) => String(100_000 + ((i % exacts) * step)).padStart(6, "0");
  const section = (i) => 10_000 + (i % patterns);
  const redirects = [];
  for (let i = 0; i < exacts; i++) redirects.push({ from: `/articles/${id(i)}/a-page.html`, to: `/stories/${id(i)}` });
  for (let i = 0; i < patterns; i++) {
    redirects.push({ from: `/old/:year/section-${section(i)}/*`, to: `/archive/:year/${section(i)}/:splat` });
  }
  return {
    rules: { redirects },
    exacts,
    patterns,
    exact: (i) => `/articles/${id(i)}/a-page.html`,
    target: (i) => `/stories/${id(i)}`,
    pattern: (i) => `/old/2017/section-${section(i)}/some/page-${i % 10}.html`,
  };
}

/** Paths that a set redirects, one in ten by a pattern, rules taken at random. */
export function randomPaths(set, count) {
  const random = numbers();
  return Array.from({ length: count }, (_, i) =>
    i % 10 === 9 ? set.pattern(Math.floor(random() * set.patterns)) : set.exact(Math.floor(random() * set.exacts)),
  );
}

/** The same numbers in [0, 1) in each run. */
export function numbers(seed = 1) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
