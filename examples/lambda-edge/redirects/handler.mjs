// Viewer request: old addresses lead to new ones. The first rule that matches wins.
import { lambdaEdge } from "selvedge/lambda-edge";

export const handler = lambdaEdge({
  redirects: [
    { from: "/blog/:year/*", to: "/journal/:year-:splat.html" },
    { from: "/shop.php", when: { query: { cloth: ["linen", "wool"] } }, to: "/cloth/{query.cloth}.html", query: "drop" },
    { from: "/opening-hours", to: "/visit.html#hours", status: 308 },
  ],
});
