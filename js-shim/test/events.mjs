// Events as Lambda gets them: parsed afresh, so that nothing is shared between two of them.
const header = (key, ...values) => [key.toLowerCase(), values.map((value) => ({ key, value }))];

export function headers(lines) {
  return Object.fromEntries(Object.entries(lines).map(([key, value]) => header(key, ...[value].flat())));
}

export function event(eventType, { request = {}, response, ...more } = {}) {
  const cf = {
    config: { distributionDomainName: "d1.cloudfront.net", distributionId: "EXAMPLE", eventType, requestId: "id==" },
    request: { clientIp: "198.51.100.24", method: "GET", uri: "/", querystring: "", headers: headers({ Host: "example.org" }), ...request },
    ...(eventType.endsWith("response") && { response: { status: "200", statusDescription: "OK", headers: {}, ...response } }),
    ...more,
  };
  return JSON.parse(JSON.stringify({ Records: [{ cf }] }));
}
