// A CloudFront Function at the viewer events next to Lambda@Edge at the origin events, as one handler of Lambda@Edge's events: so
// the small CloudFront of ../lambda-edge takes a request through both. Events of a function are made of those, and back.
import { viewerRequest } from "../cloudfront-functions/edge.mjs";
import { validate } from "../cloudfront-functions/validate.mjs";

const CONTEXT = { distributionDomainName: "d2abc34examp.cloudfront.net", distributionId: "E2QWRUHEXAMPLE" };

/**
 * The handler of one request, which remembers an origin that the function chose.
 *
 * @param split what `cloudfrontSplit` made of the rules; `lambda`: the handler of its plan, `engine`: what runs its function
 * @param given the request of the case
 */
export function pairOf({ function: made }, lambda, engine, given) {
  let chosen;
  return async (event, context) => {
    const { config, request, response } = event.Records[0].cf;
    switch (config.eventType) {
      case "viewer-request": {
        if (!made?.onRequest) return request;
        const sent = { ...viewerRequest(given), raw: queryOf(given) };
        for (const name of Object.keys(sent.request.headers)) {
          // Of CloudFront's own headers the function sees those that the policy names for it, and nothing of the viewer's.
          if (name.startsWith("cloudfront-") && !made.headers.includes(name)) delete sent.request.headers[name];
        }
        const { result, origin } = await run(engine, made, config, request, sent.request, undefined, sent.raw);
        chosen = origin;
        return result.statusCode === undefined ? asRequest(request, result, sent) : asResponse(result);
      }
      case "origin-request": {
        if (!chosen) return lambda(event, context);
        const [{ domainName }] = Object.values(chosen);
        const sent = { ...request, origin: sentTo(request.origin, chosen), headers: { ...request.headers, host: [{ key: "Host", value: domainName }] } };
        return lambda({ ...event, Records: [{ cf: { config, request: sent } }] }, context);
      }
      case "origin-response":
        return lambda(event, context);
      default: {
        if (!made?.onResponse) return response;
        const shown = viewerRequest({ ...given, url: `https://${request.headers.host[0].value}${request.uri}${request.querystring && `?${request.querystring}`}`, method: request.method, headers: linesOf(request.headers) });
        const answered = { statusCode: Number(response.status), statusDescription: response.statusDescription, ...parted(linesOf(response.headers)) };
        const { result } = await run(engine, made, config, request, shown.request, answered, request.querystring || undefined);
        const { headers, ...rest } = asResponse(result);
        return { ...rest, status: response.status, headers: spelledAs(response.headers, headers) };
      }
    }
  };
}

async function run(engine, { source, store }, { eventType, requestId }, { clientIp }, request, response, raw) {
  const event = { version: "1.0", context: { ...CONTEXT, eventType, requestId }, viewer: { ip: clientIp }, request, ...(response && { response }) };
  const pairs = store && Object.fromEntries(JSON.parse(store.json).data.map(({ key, value }) => [key, value]));
  const [outcome] = await engine.run([{ source, event, raw, store: pairs }]);
  if (outcome instanceof Error) throw outcome;
  validate(event, outcome.result);
  return outcome;
}

function queryOf({ url = "https://example.org/" }) {
  return /^[^?]*(?:\?([^]*))?$/.exec(url)[1];
}

/** The request that goes on: with lines and the query as CloudFront puts them together again. */
function asRequest(before, { uri, querystring, headers, cookies = {} }, sent) {
  const map = spelledAs(before.headers, entriesOf(headers));
  for (const name of Object.keys(map)) if (name.startsWith("cloudfront-")) delete map[name];
  // What is nothing of the function's comes through: the viewer's own, under names of CloudFront's.
  for (const [name, lines] of Object.entries(before.headers)) if (name.startsWith("cloudfront-")) map[name] = lines;
  if (JSON.stringify(cookies) === JSON.stringify(sent.request.cookies)) {
    if (before.headers.cookie) map.cookie = before.headers.cookie;
  } else {
    const pairs = Object.entries(cookies).flatMap(([name, cookie]) => (cookie.multiValue ?? [cookie]).map(({ value }) => `${name}=${value}`));
    map.cookie = [{ key: "Cookie", value: pairs.join("; ") }];
  }
  return { ...before, uri, querystring: typeof querystring === "string" ? querystring : before.querystring, headers: map };
}

/** Functions see names in lower case; what they leave alone is sent as it came. */
function spelledAs(before, headers) {
  const values = (lines) => JSON.stringify(lines.map(({ value }) => value));
  const same = Object.entries(before).filter(([name, lines]) => headers[name] && values(headers[name]) === values(lines));
  return { ...headers, ...Object.fromEntries(same) };
}

function asResponse({ statusCode, statusDescription, headers, cookies = {}, body }) {
  const map = entriesOf(headers);
  const set = Object.entries(cookies).flatMap(([name, cookie]) => (cookie.multiValue ?? [cookie]).map(({ value, attributes }) => `${name}=${value}${attributes ? `; ${attributes}` : ""}`));
  if (set.length > 0) map["set-cookie"] = set.map((value) => ({ key: "Set-Cookie", value }));
  const content = body === undefined ? {} : typeof body === "string" ? { body } : { body: body.data, bodyEncoding: body.encoding };
  return { status: String(statusCode), statusDescription, headers: map, ...content };
}

function entriesOf(headers = {}) {
  return Object.fromEntries(Object.entries(headers).map(([name, entry]) => [name, (entry.multiValue ?? [entry]).map(({ value }) => ({ key: name, value }))]));
}

function linesOf(headers) {
  return Object.entries(headers).flatMap(([name, lines]) => lines.map(({ key, value }) => [key ?? name, value]));
}

/** Lines of a response as a function sees them: those of Set-Cookie apart. */
function parted(lines) {
  const [headers, cookies] = [{}, {}];
  const add = (map, name, entry) => {
    if (Object.hasOwn(map, name)) (map[name].multiValue ??= [{ ...map[name] }]).push(entry);
    else Object.defineProperty(map, name, { value: { ...entry }, enumerable: true, writable: true, configurable: true });
  };
  for (const [name, value] of lines) {
    const [, cookie, text, attributes] = name.toLowerCase() === "set-cookie" ? /^([^=;]*)=([^;]*);?\s*(.*)$/.exec(value) : [];
    if (cookie === undefined) add(headers, name.toLowerCase(), { value: value.trim() });
    else add(cookies, cookie, { value: text, attributes });
  }
  return { headers, cookies };
}

/** The origin that the function chose, as the origin's side is shown it. */
function sentTo(before, chosen) {
  const [kind] = Object.keys(chosen);
  return { [kind]: { ...before[kind], ...chosen[kind] } };
}
