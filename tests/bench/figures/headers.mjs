// The story's header handler at origin-response.
import * as byHand from "../by-hand.mjs";
import { fresh, hot, s3Response } from "../events.mjs";
import { compiled } from "../package.mjs";
import { race, sameResults } from "../race.mjs";

/** Eight sets of header names: objects of different files are not alike. */
const VARIED = [
  [],
  [["Content-Encoding", "gzip"]],
  [["Cache-Control", "max-age=5"]],
  [["x-amz-meta-mtime", "1446458400"]],
  [["Content-Language", "en"], ["x-amz-storage-class", "STANDARD_IA"]],
  [["x-amz-expiration", "expiry-date=\"Fri, 21 Dec 2029 00:00:00 GMT\""]],
  [["x-amz-replication-status", "COMPLETED"]],
  [["Content-Disposition", "inline"], ["Expires", "Tue, 03 Nov 2026 11:00:00 GMT"]],
];

const figure = (name, title, patterns, theirs, texts, bounds = {}) => ({
  name,
  title: `header handler, ${title}`,
  ...bounds,
  unit: "× by hand",
  measure: async (options) => {
    const rules = { headers: [{ for: patterns, remove: ["x-amz-meta-*"], set: byHand.sevenHeaders }] };
    const ours = compiled(rules);
    await sameResults(ours, theirs, texts(0));
    // As JSON is what Lambda's runtime does next: the shape of the result decides what that costs.
    return options.json ? race(inJson(ours), inJson(theirs), texts, options) : race(ours, theirs, texts, options);
  },
});

const response = (i) => s3Response(i);
const varied = (i) => s3Response(i, `/assets/page-${i}.html`, VARIED[i % VARIED.length]);
const asJson = ({ measure, ...rest }) => ({ ...rest, measure: (options) => measure({ ...options, json: true }) });

export const figures = [
  figure("headers", "13-header S3 response", "/*", byHand.headers, fresh(response), { target: 0.4, aim: 0.3 }),
  figure("headers-html", "only *.html", "*.html", byHand.headersOfPages, fresh(response), { target: 0.55, aim: 0.42 }),
  figure("headers-html-hot", "only *.html, 64 hot paths", "*.html", byHand.headersOfPages, hot(response)),
  figure("headers-varied", "eight kinds of response in turn", "/*", byHand.headers, fresh(varied)),
  asJson(figure("headers-json", "and its result as JSON text", "/*", byHand.headers, fresh(response))),
];

function inJson(handler) {
  return async (event, context) => JSON.stringify(await handler(event, context));
}
