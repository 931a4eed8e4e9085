export const rules = {
  redirects: [{ from: "/old/*", to: "/new/:splat", status: 301 }],
  headers: [{ for: "/*", remove: ["x-amz-meta-*"], set: { "Referrer-Policy": "same-origin" } }],
};

export const rulesWithRegex = {
  ...rules,
  redirects: [{ from: { regex: "^/old/(?<page>[a-z]+)$" }, to: "/new/{page}", status: 301 }],
};

/** Without what needs the response. */
export const blindRules = { ...rules, headers: [{ for: "/*", set: { "Referrer-Policy": "same-origin" } }] };
