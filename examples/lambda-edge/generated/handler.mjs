// Viewer request: answers without cache and origin.
import { lambdaEdge } from "selvedge/lambda-edge";

export const handler = lambdaEdge({
  responses: [
    { for: "/healthz", headers: { "Cache-Control": "no-store" }, body: "ok\n" },
    { for: ["/wp-admin/*", "*.php"], status: 410, body: "gone\n" },
  ],
});
