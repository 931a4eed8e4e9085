/** Netlify's own engine, npm netlify-redirector, behind its parsers; and what Netlify's proxy makes of a match. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importTool, requireTool } from "./tools.mjs";
import { decode } from "./ours.mjs";

const { parseAllRedirects } = await importTool("@netlify/redirect-parser");
const { parseAllHeaders } = await importTool("@netlify/headers-parser");
const engine = requireTool("netlify-redirector");
const folder = mkdtempSync(join(tmpdir(), "selvedge-oracles-"));

/** The rules of a `_redirects` file as a function of a request, and the errors in it. */
export async function netlifyRedirects(text, files) {
  const file = join(folder, "_redirects");
  writeFileSync(file, text);
  const { redirects, errors } = await parseAllRedirects({ redirectsFiles: [file], configRedirects: [], minimal: false });
  const rules = redirects.map(({ from, query, ...rest }) => ({ ...rest, origin: from, params: query }));
  const matcher = rules.length === 0 ? undefined : await engine.parseJSON(JSON.stringify(rules), {});
  const match = (url, { country = "", language = "", cookies = {} } = {}) => {
    const { protocol, hostname, pathname, search } = new URL(url);
    const facts = { "x-country": country, "x-language": language };
    return matcher?.match({
      scheme: protocol.slice(0, -1),
      host: hostname,
      path: decode(pathname),
      query: search.slice(1),
      headers: facts,
      cookieValues: cookies,
      getHeader: (name) => facts[name.toLowerCase()] ?? "",
      getCookie: (name) => cookies[name] ?? "",
    });
  };
  const run = (url, facts) => {
    const found = match(url, facts);
    return { outcome: netlifyOutcome(found, url, files), raw: found?.to };
  };
  return { errors, run };
}

/** The objects that a `_redirects` file comes to, as `netlify.toml` would hold them. */
export async function netlifyObjects(text) {
  const file = join(folder, "_redirects");
  writeFileSync(file, text);
  return parseAllRedirects({ redirectsFiles: [file], configRedirects: [], minimal: true });
}

/** What the viewer gets by an outcome: pages have short names, and a page's own path changes nothing. */
export function served(outcome, url, files) {
  if (outcome.kind !== "page") return outcome;
  const fileOf = (path) => {
    const bare = decode(path).replace(/\/$/, "");
    return [`${bare}.html`, `${bare}/index.html`].find((file) => files.has(file)) ?? path;
  };
  const to = fileOf(outcome.to);
  return outcome.status === 200 && to === fileOf(new URL(url).pathname) ? { kind: "none" } : { ...outcome, to };
}

/** Netlify's proxy (netlify/cli src/utils/proxy.ts): a file first unless forced; the request's query where the target has none. */
function netlifyOutcome(match, url, files) {
  if (!match) return { kind: "none" };
  const { pathname, search } = new URL(url);
  const { Country, Language } = match.conditions;
  const forced = match.force || Country !== undefined || Language !== undefined;
  const bare = decode(pathname).replace(/\/$/, "");
  if (!forced && [bare, `${bare}.html`, `${bare}/index.html`].some((path) => files.has(path))) return { kind: "none" };
  if (!URL.canParse(match.to, url)) return { kind: "invalid", status: match.status };
  const to = new URL(match.to, url);
  if (to.search === "") to.search = search;
  if (match.status >= 300 && match.status < 400) return { kind: "redirect", status: match.status, to: to.href };
  to.hash = "";
  if (to.host !== new URL(url).host) return { kind: "proxy", status: match.status, to: to.href };
  if (to.pathname === pathname && match.status === 200) return { kind: "none" };
  return { kind: "page", status: match.status, to: to.pathname };
}

/** The headers that a `_headers` file sets for a path: later blocks replace what earlier ones set, name by name. */
export async function netlifyHeaders(text) {
  const file = join(folder, "_headers");
  writeFileSync(file, text);
  const { headers } = await parseAllHeaders({ headersFiles: [file], configHeaders: [], minimal: false });
  return (path) => Object.assign({}, ...headers.filter(({ forRegExp }) => forRegExp.test(path)).map(({ values }) => values));
}
