// The rules of function.json as one writes them by hand for cloudfront-js-2.0, with the same decisions for every request: escapes that
// are not well-formed, dot segments in what a wildcard caught, cookies and Vary in several lines, a URI that gets too long.
const MOVED = { "/about-us.html": "/about", "/pricing.php": "/pricing", "/plans.php": "/pricing" };

function normal(path) {
  const out = [];
  path.replace(/%2e/gi, ".").replace(/^[\/\\]/, "").split(/[\/\\]/).forEach((x, i, all) => {
    if (x != "." && x != "..") return out.push(x);
    if (x == "..") out.pop();
    if (i + 1 == all.length) out.push("");
  });
  return "/" + encode(out.join("/"), /[^!$-;=@-\[\]_a-z|~]+/g).replace(/(%[\da-f]?)?%([\da-f]{2})/gi, (escape, broken, x) => {
    const c = String.fromCharCode("0x" + x);
    // Nothing becomes an escape that was none.
    if (/[\w.~-]/.test(c) && !(broken && /[\da-f]/i.test(c))) return (broken || "") + c;
    return (broken || "") + "%" + x.toUpperCase();
  });
}

function encode(text, which) {
  return text.replace(which, (c) => Buffer.from(c).toString("hex").toUpperCase().replace(/../g, "%$&"));
}

function values(entry) {
  return entry ? (entry.multiValue || [entry]).map((line) => line.value.replace(/^[ \t]+|[ \t]+$/g, "")) : [];
}

function decoded(text) {
  return text.replace(/%([0-7][\da-f])/gi, (escape, x) => String.fromCharCode("0x" + x));
}

function hash(text) {
  var x = 0, i = 0;
  while (i < text.length) x = Math.imul(x ^ text.charCodeAt(i++), 16777619);
  x = Math.imul(x ^ x >>> 15, 73244475);
  return (x ^ x >>> 16) >>> 1;
}

function redirect(statusCode, to, query) {
  const value = encode(query ? to + "?" + query : to, /%(?![\da-f]{2})|[^\w~!$-;=?@]+/gi);
  return { statusCode: statusCode, headers: { location: { value: value } } };
}

function isSafe(path) {
  return !/(\/|%2F|%5C)\.{1,2}($|[;\/]|%2F|%5C)/.test(path);
}

function handler(event) {
  const request = event.request, response = event.response;
  const path = normal(request.uri), page = path.replace(/\/$/, ""), query = request.rawQueryString() || "";
  const isHome = page == "" || page == "/index-bold.html";
  const kept = isHome && values((request.cookies || {}).ab_home).find((value) => value == "control" || value == "bold");
  const variant = isHome && (kept || (hash("home" + event.context.requestId) < 1717986918 ? "control" : "bold"));
  if (response) {
    const headers = response.headers, status = response.statusCode;
    const isDownload = /^\/images(\/|$)/.test(path) && (status == 200 || status == 206);
    if (isDownload && query.split("&").some((pair) => {
      const at = pair.indexOf("=");
      return at > 0 && decoded(pair.slice(0, at)) == "download" && decoded(pair.slice(at + 1)) == "true";
    })) headers["content-disposition"] = { value: "attachment" };
    if (!isHome) return response;
    if (status < 400 && !kept) {
      const cookies = response.cookies = response.cookies || {}, before = cookies.ab_home;
      const cookie = { value: variant, attributes: "Path=/; Max-Age=2592000; SameSite=Lax; Secure" };
      cookies.ab_home = before ? Object.assign({}, before, { multiValue: (before.multiValue || [before]).concat(cookie) }) : cookie;
      Object.keys(headers).forEach((name) => {
        if (/^surrogate-control$|.-cache-control$/.test(name)) delete headers[name];
      });
      headers["cache-control"] = { value: "private, no-store" };
    }
    const vary = values(headers.vary).join(", ");
    if (!/(^|,)[ \t]*(\*|Cookie)[ \t]*(,|$)/i.test(vary)) headers.vary = { value: vary ? vary + ", Cookie" : "Cookie" };
    return response;
  }
  delete request.headers["x-selvedge"];
  var match = /^\/blog\/[^/]+\/[^/]+\/([^/]+)\.html$/.exec(page);
  if (match && isSafe("/articles/" + match[1])) return redirect(301, "/articles/" + match[1], query);
  if (MOVED[page]) return redirect(301, MOVED[page], query);
  match = /^\/docs\/v1(?:\/(.*))?$/.exec(path);
  const to = match && "https://docs.example.net/" + (match[1] || "");
  if (to && isSafe(to)) return redirect(308, to, query);
  if (page == "" && variant == "bold") {
    if (("/index-bold.html" + query).length >= 8192) return { statusCode: 414, headers: { "cache-control": { value: "no-store" } } };
    request.uri = "/index-bold.html";
  }
  return request;
}
