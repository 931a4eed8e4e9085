/** What the package as built does with a vendor's file: the tools read it, `selvedge/fetch` runs the rules. */
import { ask } from "../../pkg/dist/load/tools.js";
import { edge } from "../../pkg/dist/plain/fetch.js";

/** Reads a file; `form` is redirects or headers. */
export function parse(form, text, dialect, files) {
  return ask("parse", { form, text, dialect, files });
}

/** Rules at work on a site that has these files. */
export function site(rules, files = new Set()) {
  const asked = [];
  const run = edge(rules, { facts: { country: (request) => request.headers.get("x-test-country") ?? undefined, clientIp: () => "127.0.0.1" } });
  const next = (request) => {
    const url = new URL(request.url);
    asked.push(url);
    const found = files === true || files.has(decode(url.pathname)) || asked.length > 1;
    return new Response(found ? "file" : "none", { status: found ? 200 : 404, headers: { "x-origin": "yes" } });
  };
  return async (url, headers = {}) => {
    asked.length = 0;
    const response = await run(new Request(url, { headers, redirect: "manual" }), next);
    return { status: response.status, headers: response.headers, asked: asked.at(-1) };
  };
}

export function decode(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** What a response comes to, in the words of both sides. The site answers 200 by itself. */
export function outcome({ status, headers, asked }, url) {
  const location = headers.get("location");
  if (location !== null) return { kind: "redirect", status, to: new URL(location, url).href };
  const own = new URL(url);
  if (asked.host !== own.host) return { kind: "proxy", status, to: asked.href };
  return asked.pathname !== own.pathname || status !== 200 ? { kind: "page", status, to: asked.pathname } : { kind: "none" };
}

/** The headers that files may have set, as an outcome. Netlify makes every comma ", ". */
export function told(headers) {
  const set = [...headers].filter(([name]) => name.startsWith("x-t")).map(([name, value]) => `${name}: ${value.replace(/\s*,\s*/g, ", ")}`);
  return set.length === 0 ? { kind: "none" } : { kind: "headers", to: set.sort().join("\n") };
}
