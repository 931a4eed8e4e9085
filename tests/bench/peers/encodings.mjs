// Accept-Encoding in each contestant: a function from a value to the coding that a server with br and gzip sends.
import { pathToFileURL } from "node:url";
import { entry } from "../package.mjs";
import { peer } from "./packages.mjs";

const AVAILABLE = ["br", "gzip"];

/** As clients and CDNs send it. */
export const USUAL = ["gzip, deflate, br, zstd", "gzip, deflate, br", "br,gzip", "gzip", "gzip, deflate", "br;q=1.0, gzip;q=0.8, *;q=0.1", "*"];

/** The nth of values that nobody sent before. */
export const unseen = (n) => `gzip;q=0.${100 + (n % 800)}, x-${n}, br;q=0.9`;

export const NEGOTIATORS = {
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
