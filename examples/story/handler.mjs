// One function for all four triggers of a CloudFront distribution. The rules do the work; the hook is for what rules
// should not try: data from elsewhere.
import { lambdaEdge } from "selvedge/lambda-edge";
import rules from "./rules.json" with { type: "json" };

export const handler = lambdaEdge(rules, { originRequest });

/** `/stock/linen` is answered with what the warehouse says. The cache keeps it for as long as the rules allow. */
async function originRequest(request) {
  const [, cloth] = /^\/stock\/([a-z]+)$/.exec(request.uri) ?? [];
  // Lambda@Edge has no environment variables: a custom header of the origin says where the warehouse is.
  const { customHeaders = {} } = request.origin?.s3 ?? request.origin?.custom ?? {};
  const [warehouse] = customHeaders["x-warehouse"] ?? [];
  if (cloth === undefined || warehouse === undefined) return undefined;

  try {
    const answer = await fetch(`${warehouse.value}/${cloth}`, { signal: AbortSignal.timeout(2000) });
    if (answer.ok) return json("200", await answer.text());
    return json(answer.status === 404 ? "404" : "502", '{"error":"the warehouse does not know"}');
  } catch {
    return json("503", '{"error":"the warehouse does not answer"}');
  }
}

function json(status, body) {
  return { status, headers: { "content-type": [{ key: "Content-Type", value: "application/json" }] }, body };
}
