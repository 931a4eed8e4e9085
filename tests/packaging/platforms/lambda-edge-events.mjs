/** A request through viewer-request and, if no rule answers, through origin-response. */
export const asker = (handler) => async (path) => {
  const config = { distributionDomainName: "d123.cloudfront.net", distributionId: "EXAMPLE", requestId: "id" };
  const request = { clientIp: "203.0.113.7", method: "GET", uri: path, querystring: "", headers: { host: [{ key: "Host", value: "d123.cloudfront.net" }] } };
  const send = (eventType, messages) => handler({ Records: [{ cf: { config: { ...config, eventType }, ...messages } }] }, {});
  const asked = await send("viewer-request", { request });
  if (asked.status !== undefined) return simple(asked);
  const headers = { "content-type": [{ key: "Content-Type", value: "text/html" }], "x-amz-meta-owner": [{ key: "x-amz-meta-owner", value: "someone" }] };
  return simple(await send("origin-response", { request, response: { status: "200", statusDescription: "OK", headers } }));
};

const simple = ({ status, headers }) => ({ status: Number(status), headers: Object.fromEntries(Object.entries(headers).map(([name, [{ value }]]) => [name, value])) });
