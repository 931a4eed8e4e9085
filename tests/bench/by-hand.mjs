// The JavaScript that people write for Lambda@Edge, without rules: straightforward, and not slow on purpose.

const SEVEN_HEADERS = [
  ["Access-Control-Allow-Credentials", "true"],
  ["Access-Control-Allow-Origin", "*"],
  ["Access-Control-Allow-Methods", "OPTIONS, GET"],
  [
    "Access-Control-Allow-Headers",
    "Content-Type, Depth, User-Agent, X-File-Size, X-Requested-With, If-Modified-Since, X-File-Name, Cache-Control, Cookie",
  ],
  ["Strict-Transport-Security", "max-age=31536000"],
  ["X-XSS-Protection", "1; mode=block"],
  ["Cache-Control", "public, max-age=86400"],
];

/** The seven headers, as a rule sets them. */
export const sevenHeaders = Object.fromEntries(SEVEN_HEADERS);

/** Takes S3's metadata away and sets seven headers. */
export async function headers(event) {
  const { response } = event.Records[0].cf;
  change(response.headers);
  return response;
}

/** The same for pages only. */
export async function headersOfPages(event) {
  const { request, response } = event.Records[0].cf;
  if (request.uri.endsWith(".html")) change(response.headers);
  return response;
}

function change(headers) {
  for (const name of Object.keys(headers)) {
    if (/^x-amz-meta-/i.test(name)) delete headers[name];
  }
  const set = (key, value) => {
    headers[key.toLowerCase()] = [{ key, value }];
  };
  set("Access-Control-Allow-Credentials", "true");
  set("Access-Control-Allow-Origin", "*");
  set("Access-Control-Allow-Methods", "OPTIONS, GET");
  set("Access-Control-Allow-Headers", SEVEN_HEADERS[3][1]);
  set("Strict-Transport-Security", "max-age=31536000");
  set("X-XSS-Protection", "1; mode=block");
  set("Cache-Control", "public, max-age=86400");
}

/** Asks for the file with `.gz` where the viewer takes gzip. */
export async function gz(event) {
  const { request } = event.Records[0].cf;
  if (takesGzip(request)) request.uri += ".gz";
  return request;
}

/** The same for scripts only. */
export async function gzOfScripts(event) {
  const { request } = event.Records[0].cf;
  if (request.uri.endsWith(".js") && takesGzip(request)) request.uri += ".gz";
  return request;
}

function takesGzip(request) {
  for (const { value } of request.headers["accept-encoding"] ?? []) {
    const encodings = value.split(",").map((member) => member.split(";")[0].trim());
    if (encodings.indexOf("gzip") !== -1) return true;
  }
  return false;
}

/** Redirects by a `Map` from path to target. */
export function redirectsBy(map) {
  return async (event) => {
    const { request } = event.Records[0].cf;
    const target = map.get(request.uri);
    if (target === undefined) return request;
    return {
      status: "301",
      statusDescription: "Moved Permanently",
      headers: { location: [{ key: "Location", value: target }] },
    };
  };
}
