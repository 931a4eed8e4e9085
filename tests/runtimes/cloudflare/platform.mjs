// What Cloudflare hands to a Worker. Bundles: tests/packaging/wrangler.test.mjs.
export function site(worker, rules, options, origin) {
  const { fetch } = worker(rules, { ...options, origin });
  return (request) => fetch(request, {}, { waitUntil() {} });
}
