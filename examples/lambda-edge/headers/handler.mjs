// Origin response: security and CORS headers on everything, and the bucket's own metadata stays inside.
// The cache keeps the result, so this runs once per copy, not once per viewer.
import { lambdaEdge } from "selvedge/lambda-edge";

export const handler = lambdaEdge({
  headers: [
    {
      for: "/*",
      remove: ["x-amz-meta-*"],
      set: {
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "OPTIONS, GET",
        "Access-Control-Allow-Headers":
          "Content-Type, Depth, User-Agent, X-File-Size, X-Requested-With, If-Modified-Since, X-File-Name, Cache-Control, Cookie",
        "Strict-Transport-Security": "max-age=31536000",
        "X-XSS-Protection": "1; mode=block",
        "Cache-Control": "public, max-age=86400",
      },
    },
  ],
});
