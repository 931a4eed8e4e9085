import { edgeFunction } from "selvedge/netlify";
import { rules } from "../rules.mjs";
import { origin, simple } from "./origin.mjs";

const handle = edgeFunction(rules);

export const ask = async (path) => simple(await handle(new Request(`https://example.org${path}`), { geo: {}, ip: "203.0.113.7", next: origin }));
