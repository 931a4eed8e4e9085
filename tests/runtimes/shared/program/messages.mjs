// Requests and responses of cases as the Fetch standard has them. Runs in every runtime, so it imports nothing.

/** Headers are bytes by the Fetch standard, one for each character. workerd decodes them as UTF-8, and takes any text. */
const HOLDS_TEXT = holdsText();

/** What this runtime cannot hold, and why. */
export class Unrepresentable extends Error {}

/** The Request that a server would make of a case's request. */
export function requestOf({ method = "GET", url = "https://example.org/", headers = [] }, extra = {}) {
  const host = headers.find(([name]) => name.toLowerCase() === "host")?.[1];
  const address = hosted(url, host);
  const lines = new Map();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (key === "host") continue;
    // A server joins the lines of Cookie like this: RFC 9113 §8.2.3.
    lines.set(key, lines.has(key) ? `${lines.get(key)}${key === "cookie" ? "; " : ", "}${bytes(value)}` : bytes(value));
  }
  let request;
  try {
    request = new Request(address, { method, headers: [...lines], redirect: "manual", ...extra });
  } catch (error) {
    throw new Unrepresentable(`the runtime has no such Request: ${reasonOf(error)}`);
  }
  if (request.method !== method) throw new Unrepresentable("the runtime has another Request for this method");
  for (const [name, value] of lines) {
    if (request.headers.get(name) !== value.replace(/^[\t ]+|[\t ]+$/g, "")) throw new Unrepresentable(`a Request cannot hold ${name} in this runtime`);
  }
  return request;
}

function hosted(url, host) {
  const [, scheme, authority, rest] = /^(https?):\/\/([^/?]*)([^]*)$/.exec(url);
  const address = `${scheme}://${host ?? authority}${rest}`;
  if (!URL.canParse(address)) throw new Unrepresentable("its address is no URL");
  if (rest.includes("#")) throw new Unrepresentable("a URL ends at #");
  return address;
}

/** The origin's Response to a case. */
export function responseOf({ status = 200, headers = [], body = "" } = {}, method = "GET") {
  const lines = headers.map(([name, value]) => [name, bytes(value)]);
  let response;
  try {
    response = new Response(method === "HEAD" || [204, 205, 304].includes(status) ? null : body, { status, headers: lines });
    // The runtime's own guess of the type is not the origin's.
    if (!lines.some(([name]) => name.toLowerCase() === "content-type")) response.headers.delete("content-type");
  } catch (error) {
    throw new Unrepresentable(`the runtime has no such Response: ${reasonOf(error)}`);
  }
  for (const [name] of lines) if (!response.headers.has(name)) throw new Unrepresentable(`a Response cannot hold ${name.toLowerCase()} in this runtime`);
  return response;
}

/** Throws where the messages that a case expects cannot have these headers. */
export function mustHold({ request, response }) {
  for (const name of request) {
    const { headers } = new Request("https://example.org/", { headers: [[name, "1"]] });
    if (!headers.has(name)) throw new Unrepresentable(`a Request cannot hold ${name} in this runtime`);
  }
  for (const name of response) {
    const { headers } = new Response(null, { headers: [[name, "1"]] });
    if (!headers.has(name)) throw new Unrepresentable(`a Response cannot hold ${name} in this runtime`);
  }
}

/** What the origin is asked, for comparing. */
export function asked(request) {
  const { host, pathname, search } = new URL(request.url);
  return { url: request.url, path: pathname, query: search.slice(1), headers: Object.assign(linesOf(request.headers), { host: [host] }) };
}

/** What the viewer gets, for comparing. Reads the body. */
export async function answered(response) {
  return { status: response.status, headers: linesOf(response.headers), body: await response.text() };
}

/** Changes what can be changed: nothing of it may be seen in the next response. */
export function spoil(response) {
  for (const name of [...response.headers.keys()]) {
    try {
      response.headers.set(name, "spoiled");
    } catch {
      return;
    }
  }
}

function linesOf(headers) {
  const lines = Object.create(null);
  for (const [name, value] of headers) lines[name] = textOf(value);
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) lines["set-cookie"] = cookies.map(textOf);
  return lines;
}

/** A value as headers hold it: one character for each byte, where they do not hold text. */
export function bytes(value) {
  if (HOLDS_TEXT) return value;
  return String.fromCharCode(...new TextEncoder().encode(value));
}

/** The text that was sent in these bytes. */
export function textOf(value) {
  if (HOLDS_TEXT) return value;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(value, (character) => character.charCodeAt(0)));
  } catch {
    return value;
  }
}

/** Without what differs from case to case. */
function reasonOf(error) {
  return error.message.replace(/(["'`]).*?\1/gs, "…").split("\n")[0].slice(0, 80);
}

function holdsText() {
  try {
    return new Headers([["x-value", "\u0100"]]).has("x-value");
  } catch {
    return false;
  }
}
