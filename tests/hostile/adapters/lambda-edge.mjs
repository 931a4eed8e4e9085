import { Unrepresentable } from "../../runtimes/shared/ledger.mjs";
import { splitAtQuery } from "../shared/application.mjs";

const { lambdaEdge } = await import("selvedge/lambda-edge");

export const name = "lambda-edge";
export const kinds = ["event"];
export const title = "selvedge/lambda-edge on events that say what the lines say";

/** CloudFront answers some of these requests by itself; here each becomes an event, through both request triggers. */
export function open(rules) {
  const handler = lambdaEdge(rules);
  const call = async (eventType, request) => (await handler({ Records: [{ cf: { config: { eventType, requestId: "x" }, request } }] }, {})) ?? request;
  return {
    async ask({ method, target, fields }) {
      if (!target.startsWith("/")) throw new Unrepresentable("the uri of an event is a path: CloudFront has read the other forms");
      const { path: uri, query: querystring } = splitAtQuery(target);
      const headers = Object.create(null);
      for (const [key, value] of fields) (headers[key.toLowerCase()] ??= []).push({ key, value });
      let message = { clientIp: "192.0.2.1", method, uri, querystring, headers };
      for (const stage of ["viewer-request", "origin-request"]) {
        message = await call(stage, message);
        if (message.status !== undefined) return { status: Number(message.status), headers: {}, body: "" };
      }
      const first = (name) => message.headers[name]?.[0].value ?? null;
      const seen = { path: message.uri, query: message.querystring, host: first("host"), rules: first("x-host") };
      return { status: 200, headers: {}, body: JSON.stringify(seen) };
    },
    close() {},
  };
}
