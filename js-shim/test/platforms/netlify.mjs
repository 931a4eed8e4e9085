// What Netlify does around an edge function: the inverse of the adapter.

/** A handler of requests around `origin`, as Netlify runs an edge function before it. */
export function netlify(edgeFunction, origin, { country, ip, requestId } = {}) {
  return (request) =>
    edgeFunction(request, {
      geo: country === undefined ? {} : { country: { code: country } },
      ip,
      requestId,
      next: async (asked = request) => origin(asked),
    });
}
