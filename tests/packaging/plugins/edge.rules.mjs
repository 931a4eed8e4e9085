import { from } from "./paths.mjs";
import { defineRules } from "selvedge";

export default defineRules({
  redirects: [{ from: { regex: from }, to: "/new/{page}", status: 301 }],
  headers: [{ for: "/*", remove: ["x-amz-meta-*"], set: { "Referrer-Policy": "same-origin" } }],
});
