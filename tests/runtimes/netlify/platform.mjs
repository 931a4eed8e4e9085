// What Netlify hands to an edge function.
export function site(edgeFunction, rules, options, origin) {
  const handle = edgeFunction(rules, options);
  return async (request) => handle(request, { geo: {}, ip: "203.0.113.7", next: async (asked) => origin(asked) });
}

export const bundles = { conditions: ["deno", "worker"], words: ["?.country?.code"] };
