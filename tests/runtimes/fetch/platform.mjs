// A server of Request and Response around selvedge/fetch.
export function site(edge, rules, options, origin) {
  const handle = edge(rules, options);
  return (request) => handle(request, origin);
}

export const bundles = { conditions: ["worker", "browser"], words: ["no origin: pass `next`"] };
