// What the applications behind the rules tell of a request: what they would route it by.

/** Of a message of Node. The two that read `request.url`, as a text and as a reference, have to agree. */
export function seenBy({ url, headers }, mount = "") {
  const seen = { ...splitAtQuery(url), host: headers.host ?? null, rules: headers["x-host"] ?? null };
  const { pathname, search } = new URL(url, "http://base.example");
  // Routers leave absolute-form as it is.
  if (/^https?:/i.test(url)) return { ...seen, ...splitAtQuery(mount + pathname + search) };
  const isSame = url === "*" || encodeURI(decodeURI(pathname)) === encodeURI(decodeURI(seen.path));
  return { ...seen, path: isSame ? mount + seen.path : `${mount}${seen.path} or ${pathname}` };
}

export function splitAtQuery(target) {
  const [path, ...query] = target.split("?");
  return { path, query: query.join("?") };
}
