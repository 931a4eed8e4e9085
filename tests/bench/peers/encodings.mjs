// Accept-Encoding in each contestant: a function from a value to the coding that a server with br and gzip sends.
import { pathToFileURL } from "node:url";
import { entry } from "../package.mjs";
import { timesOf } from "./clock.mjs";
import { peer } from "./packages.mjs";

const AVAILABLE = ["br", "gzip"];

/** As clients and CDNs send it. */
const USUAL = ["gzip, deflate, br, zstd", "gzip, deflate, br", "br,gzip", "gzip", "gzip, deflate", "br;q=1.0, gzip;q=0.8, *;q=0.1", "*"];

/** The nth of values that nobody sent before. */
const unseen = (n) => `gzip;q=0.${100 + (n % 800)}, x-${n}, br;q=0.9`;

const NEGOTIATORS = {
  "selvedge, a prepared set": async () => (await selvedge()).encodingNegotiator(AVAILABLE),
  "selvedge, negotiateEncoding": async () => {
    const { negotiateEncoding } = await selvedge();
    return (value) => negotiateEncoding(value, AVAILABLE);
  },
  negotiator: async () => {
    const { default: Negotiator } = await peer("negotiator");
    return (value) => new Negotiator({ headers: { "accept-encoding": value } }).encoding(AVAILABLE, { preferred: AVAILABLE });
  },
  "@hapi/accept": async () => {
    const { default: accept } = await peer("@hapi/accept");
    return (value) => accept.encoding(value, AVAILABLE);
  },
  "@fastify/accept-negotiator": async () => {
    const { negotiate } = await peer("@fastify/accept-negotiator");
    return (value) => negotiate(value, AVAILABLE);
  },
};

function selvedge() {
  return import(pathToFileURL(entry("index")).href);
}

/** Their times, in nanoseconds, for the values on which all agree. */
export async function encodings() {
  const negotiators = [];
  for (const [name, make] of Object.entries(NEGOTIATORS)) negotiators.push({ name, call: await make() });
  const [ours, ...others] = negotiators;
  const values = USUAL.filter((value) => others.every(({ call }) => call(value) === ours.call(value)));
  for (let n = 0; n < 20; n++) {
    for (const { name, call } of others) if (call(unseen(n)) !== ours.call(unseen(n))) throw new Error(`${name} differs on ${unseen(n)}`);
  }
  // As a server gets them: each a string of its own.
  const fresh = (value) => Buffer.from(value, "latin1").toString("latin1");
  const times = {
    usual: await timesOf(negotiators.map((one) => ({ ...one, prepare: fresh, inputs: (n) => values[n % values.length] })), 16_384),
    unseen: await timesOf(negotiators.map((one) => ({ ...one, prepare: fresh, inputs: (n) => unseen(1_000 + n) })), 16_384),
  };
  const rows = negotiators.map(({ name }) => ({ name, usual: Math.round(times.usual.get(name)), unseen: Math.round(times.unseen.get(name)) }));
  return { values, left: USUAL.filter((value) => !values.includes(value)), rows };
}
