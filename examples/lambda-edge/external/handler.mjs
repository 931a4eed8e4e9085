// Origin request: a hook answers with data from another server, and the rules add their headers to its answer.
// The cache keeps it for 30 seconds, so the other server is asked twice a minute per edge, whatever the traffic.
import { lambdaEdge } from "selvedge/lambda-edge";

export const handler = lambdaEdge(
  { headers: [{ for: "/stock/*", set: { "Cache-Control": "public, max-age=30" } }] },
  { originRequest },
);

async function originRequest(request) {
  const [, cloth] = /^\/stock\/([a-z]+)$/.exec(request.uri) ?? [];
  // Lambda@Edge has no environment variables: a custom header of the origin says where to ask.
  const { customHeaders = {} } = request.origin?.s3 ?? request.origin?.custom ?? {};
  const [warehouse] = customHeaders["x-warehouse"] ?? [];
  if (cloth === undefined || warehouse === undefined) return undefined;
  try {
    const answer = await fetch(`${warehouse.value}/${cloth}`, { signal: AbortSignal.timeout(2000) });
    return json(answer.ok ? "200" : "404", await answer.text());
  } catch {
    return json("503", '{"error":"the warehouse does not answer"}');
  }
}

function json(status, body) {
  return { status, headers: { "content-type": [{ key: "Content-Type", value: "application/json" }] }, body };
}
