// CloudFront around selvedge/lambda-edge: a request through viewer-request and, if no rule answers, through origin-response.
const CONFIG = { distributionDomainName: "d123.cloudfront.net", distributionId: "EXAMPLE", requestId: "id" };

export function site(lambdaEdge, rules, options, origin) {
  const handler = lambdaEdge(rules, options);
  const send = (eventType, messages) => handler({ Records: [{ cf: { config: { ...CONFIG, eventType }, ...messages } }] }, {});
  return async ({ url, method }) => {
    const request = { clientIp: "203.0.113.7", method, uri: new URL(url).pathname, querystring: "", headers: { host: [{ key: "Host", value: "d123.cloudfront.net" }] } };
    const asked = await send("viewer-request", { request });
    if (asked.status !== undefined) return responseOf(asked);
    const { status, headers } = await origin();
    const lists = Object.fromEntries([...headers].map(([key, value]) => [key.toLowerCase(), [{ key, value }]]));
    return responseOf(await send("origin-response", { request, response: { status: String(status), statusDescription: "OK", headers: lists } }));
  };
}

const responseOf = ({ status, headers }) =>
  new Response(null, { status: Number(status), headers: Object.values(headers).flatMap((list) => list.map(({ key, value }) => [key, value])) });

export const bundles = { conditions: ["node"], words: ["keepaliveTimeout"] };
