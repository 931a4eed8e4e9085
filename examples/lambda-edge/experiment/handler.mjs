// Viewer request: an A/B test on the start page. A cookie keeps the variant; who has none is assigned one.
// Viewer response: sets the cookie, on assignment only. No cookie reaches the cache or the origin.
import { lambdaEdge } from "selvedge/lambda-edge";

export const handler = lambdaEdge({
  experiments: [
    {
      name: "home",
      for: "/",
      cookie: "ab_home",
      force: "ab_home",
      variants: [
        { name: "plain", weight: 80 },
        { name: "bold", weight: 20, to: "/index-bold.html" },
      ],
    },
  ],
});
