// The kinds of redirects that are compared: their rules, and what is asked.

/**
 * The nth rule of a kind: `from` in the words of `_redirects`, `to`, and where it has them the name of a placeholder that is `digits`
 * only, and a `cookie` that a request must have. `asked` is a request that it takes, with the target.
 */
export const KINDS = {
  exact: {
    rule: (n) => ({ from: `/articles/page-${n}`, to: `/stories/${n}` }),
    asked: (n) => ({ path: `/articles/page-${n}`, target: `/stories/${n}` }),
  },
  placeholder: {
    rule: (n) => ({ from: `/old/section-${n}/:page`, to: `/archive/${n}/:page` }),
    asked: (n) => ({ path: `/old/section-${n}/about`, target: `/archive/${n}/about` }),
  },
  splat: {
    rule: (n) => ({ from: `/old/section-${n}/*`, to: `/archive/${n}/:splat` }),
    asked: (n) => ({ path: `/old/section-${n}/some/page`, target: `/archive/${n}/some/page` }),
  },
  regex: {
    rule: (n) => ({ from: `/legacy/:page/page-${n}.html`, digits: "page", to: `/new/${n}/:page` }),
    asked: (n) => ({ path: `/legacy/2017/page-${n}.html`, target: `/new/${n}/2017` }),
  },
  conditional: {
    rule: (n) => ({ from: `/articles/page-${n}`, to: `/stories/${n}`, cookie: "preview" }),
    asked: (n) => ({ path: `/articles/page-${n}`, target: `/stories/${n}`, cookie: "session=100017; preview=1" }),
    // The path has a rule, whose condition does not hold.
    missed: (n) => ({ path: `/articles/page-${n}` }),
  },
};

/** By place: what is asked of so many rules. */
export const PLACES = {
  "hit, first rule": (kind) => kind.asked(0),
  "hit, last rule": (kind, count) => kind.asked(count - 1),
  miss: (kind, count) => kind.missed?.(count - 1) ?? { path: "/nowhere/at/all" },
};

/** The same, and the last rule once more with a query, which redirects keep. */
export const PLACES_OF_RESPONSES = {
  ...PLACES,
  "hit, last rule, with a query": (kind, count) => ({ ...kind.asked(count - 1), query: "?a=1&b=2" }),
};

export const rulesOf = (kind, count) => Array.from({ length: count }, (_, n) => kind.rule(n));

/** As lines of `_redirects`. */
export const linesOf = (kind, count) => rulesOf(kind, count).map(({ from, to }) => `${from} ${to} 301`).join("\n");

/** A rule as a regular expression with named groups. */
export function expressionOf({ from, digits }) {
  const path = from.replaceAll(".", "\\.").replace(/:(\w+)|\*/, (_, name = "splat") => `(?<${name}>${name === digits ? "\\d+" : name === "splat" ? ".*" : "[^/]+"})`);
  return `^${path}$`;
}

/** A rule as this package has it. */
export function oursOf(rule) {
  const from = rule.digits === undefined ? rule.from : { regex: expressionOf(rule) };
  const when = rule.cookie === undefined ? {} : { when: { cookie: { [rule.cookie]: true } } };
  return { from, to: rule.to, status: 301, ...when };
}

/** Fills what a route captured into a target. */
export const filled = (to, params) => to.replace(/:(page|splat)$/, (_, name) => params[name] ?? params["*"]);

/** The value of a cookie in a header's text. */
export function cookieOf(header, name) {
  for (const pair of header?.split("; ") ?? []) if (pair.startsWith(`${name}=`)) return pair.slice(name.length + 1);
  return undefined;
}

/** Written by hand: a function from a path and a `Cookie` header to a target. */
export function byHand(kind, count) {
  const rules = rulesOf(kind, count);
  if (kind === KINDS.exact || kind === KINDS.conditional) {
    const byPath = new Map(rules.map((rule) => [rule.from, rule]));
    return (path, cookies) => {
      const rule = byPath.get(path);
      return rule === undefined || (rule.cookie !== undefined && cookieOf(cookies, rule.cookie) === undefined) ? undefined : rule.to;
    };
  }
  const routes = rules.map((rule) => ({ expression: new RegExp(expressionOf(rule)), to: rule.to }));
  return (path) => {
    for (const { expression, to } of routes) {
      const found = expression.exec(path);
      if (found !== null) return filled(to, found.groups);
    }
    return undefined;
  };
}
