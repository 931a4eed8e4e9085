// Redirects at viewer-request through the whole handler.
import * as byHand from "../by-hand.mjs";
import { fresh, hot, viewerRequest } from "../events.mjs";
import { compiled } from "../package.mjs";
import { BATCH, race, sameResults } from "../race.mjs";
import { numbers, randomPaths, redirectSet } from "../redirects.mjs";

export const figures = [
  {
    name: "redirects-hot",
    title: "redirects, 64 hot paths, 100,000 rules against 10",
    target: 1.5,
    aim: 1.2,
    unit: "×",
    measure: async (options) => {
      const [large, small] = [redirectSet(100_000), redirectSet(10)];
      const [ours, theirs] = [compiled(large.rules), compiled(small.rules)];
      const events = (set) => {
        const paths = randomPaths(set, BATCH);
        return hot((i) => viewerRequest(i, paths[i]));
      };
      const [ourEvents, theirEvents] = [events(large), events(small)];
      await redirected(ours, ourEvents());
      await redirected(theirs, theirEvents());
      return race(ours, theirs, ourEvents, { ...options, apart: theirEvents });
    },
  },
  {
    name: "redirects-random",
    title: "100,000 redirects, random exact hits",
    target: 0.7,
    unit: "× JavaScript Map",
    measure: async (options) => {
      const set = redirectSet(100_000);
      const map = new Map(Array.from({ length: set.exacts }, (_, i) => [set.exact(i), set.target(i)]));
      const [ours, theirs] = [compiled(set.rules), byHand.redirectsBy(map)];
      const random = numbers();
      const events = fresh((i) => viewerRequest(i, set.exact(Math.floor(random() * set.exacts))));
      for (let n = 0; n < 20; n++) await sameResults(ours, theirs, events(n));
      return race(ours, theirs, events, options);
    },
  },
];

async function redirected(handler, events) {
  for (const text of events) {
    const { status } = await handler(JSON.parse(text), {});
    if (status !== "301") throw new Error(`not redirected: ${text}`);
  }
}
