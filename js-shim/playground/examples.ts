/** What the page can begin with. */
import type { State } from "./state.js";

const REQUEST = { url: "https://example.org/", method: "GET", country: "", device: "", clientIp: "", headers: "", status: "200", originHeaders: "Content-Type: text/html" };

export const EXAMPLES: readonly { readonly title: string; readonly state: State }[] = [
  {
    title: "Rules",
    state: {
      platform: "cloudfront",
      dialect: "netlify",
      conversion: "netlify",
      request: { ...REQUEST, url: "https://example.org/old/page?from=mail" },
      files: [{
        form: "rules",
        text: `{
  // Comments are fine here.
  "redirects": [
    { "from": "/blog/:year/*", "to": "/archive/:year/:splat" },
    { "from": "/old/*", "to": "/new/:splat", "status": 301 }
  ],
  "headers": [{ "for": "/assets/*", "set": { "Cache-Control": "public, max-age=31536000, immutable" } }],
  "security": "basic"
}
`,
      }],
    },
  },
  {
    title: "Files of Netlify",
    state: {
      platform: "netlify",
      dialect: "netlify",
      conversion: "selvedge",
      request: { ...REQUEST, url: "https://example.org/shop/shoes", country: "DE" },
      files: [
        { form: "redirects", text: "/shop/*    /de/shop/:splat   302!  Country=de,at\n/old/*     /new/:splat\n/*         /index.html      200\n" },
        { form: "headers", text: "/*\n  X-Frame-Options: DENY\n  Referrer-Policy: same-origin\n" },
      ],
    },
  },
  {
    title: "A mistake",
    state: {
      platform: "cloudfront",
      dialect: "netlify",
      conversion: "vercel",
      request: { ...REQUEST, url: "https://example.org/a" },
      files: [{
        form: "rules",
        text: `{
  "redirects": [
    { "from": "/a", "to": "/b", "status": 300 },
    { "form": "/b", "to": "/c" }
  ]
}
`,
      }],
    },
  },
];
