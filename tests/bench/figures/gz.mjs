// The story's handler that asks S3 for the compressed file, at origin-request.
import * as byHand from "../by-hand.mjs";
import { fresh, hot, originRequest } from "../events.mjs";
import { compiled } from "../package.mjs";
import { race, sameResults } from "../race.mjs";

const RAW = "gzip, deflate, br, zstd";
const NORMALISED = "br,gzip";
/** The request header in which Selvedge notes what it chose, for the response half. */
const NOTE = "x-selvedge";

const figure = (name, title, patterns, acceptEncoding, theirs, bounds = {}, texts = fresh) => ({
  name,
  title: `.gz handler, ${title}`,
  ...bounds,
  unit: "× by hand",
  measure: async (options) => {
    const ours = compiled({ precompressed: [{ for: patterns, encodings: ["gzip"] }] });
    const events = texts((i) => originRequest(i, `/assets/script-${i}.js`, acceptEncoding));
    await sameResults(ours, theirs, events(0), withNote);
    return race(ours, theirs, events, options);
  },
});

export const figures = [
  figure("gz", `"${RAW}"`, "/*", RAW, byHand.gz, { target: 0.4, aim: 0.3 }),
  figure("gz-hot", `"${RAW}", 64 hot paths`, "/*", RAW, byHand.gz, {}, hot),
  figure("gz-normalised", `"${NORMALISED}"`, "/*", NORMALISED, byHand.gz, { target: 0.55 }),
  figure("gz-normalised-hot", `"${NORMALISED}", 64 hot paths`, "/*", NORMALISED, byHand.gz, {}, hot),
  figure("gz-js", `only *.js, "${RAW}"`, "*.js", RAW, byHand.gzOfScripts, { target: 0.6 }),
  figure("gz-js-normalised", `only *.js, "${NORMALISED}"`, "*.js", NORMALISED, byHand.gzOfScripts, { target: 1.0 }),
];

/**
 * The one known difference: the rule also sees to Content-Encoding and Vary in the response, and for that notes its
 * choice in a header. The work for it is in Selvedge's time, and not in the other's.
 */
function withNote(request, ours) {
  const [note] = ours.headers[NOTE] ?? [];
  if (!/^[0-9a-f]{32};e=2\.03$/.test(note?.value)) throw new Error(`no note of the encoding: ${JSON.stringify(note)}`);
  request.headers[NOTE] = [{ key: NOTE, value: note.value }];
  return request;
}
