// What the viewer gets when a function fails: CloudFront's status, and, unlike CloudFront, the reason.

export class Fault extends Error {
  constructor(stage, kind, problem) {
    super(problem);
    this.stage = stage;
    /** What CloudFront says in X-Cache: a broken rule is 502, an exception 503. */
    this.xCache = `Lambda${kind}Error from cloudfront`;
    this.status = kind === "Validation" ? "502" : "503";
    this.statusDescription = kind === "Validation" ? "Bad Gateway" : "Service Unavailable";
  }

  /** The page, headers as Lambda@Edge shows them. */
  answer() {
    const why = this.status === "502" ? "CloudFront refuses what the function returned:" : "The function threw:";
    const page = `<!doctype html>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${this.status} ${this.statusDescription}</title>
<style>:root{color-scheme:light dark}body{font:1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:12vh auto;padding:0 1.5rem}h1{font:500 1.6rem/1.3 Georgia,serif}pre{white-space:pre-wrap;border-left:3px solid #b23a2f;padding:.5rem 1rem}</style>
<h1>${this.status} ${this.statusDescription}, at ${this.stage}</h1>
<p>${why}</p><pre>${escaped(this.message)}</pre>
<p>CloudFront itself would not say so here, only in its log. <a href="/_edge/">What each stage did</a></p>
`;
    const body = Buffer.from(page);
    const headers = { "content-type": [{ key: "Content-Type", value: "text/html; charset=utf-8" }], "cache-control": [{ key: "Cache-Control", value: "no-store" }] };
    return { status: this.status, statusDescription: this.statusDescription, headers, body, xCache: this.xCache };
  }
}

function escaped(text) {
  return text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);
}
