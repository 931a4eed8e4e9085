import { edgeFunction } from "selvedge/compiled/netlify";
import plan from "../plans/netlify.mjs";
import { origin, simple } from "./origin.mjs";

const handle = edgeFunction(plan);

export const ask = async (path) => simple(await handle(new Request(`https://example.org${path}`), { geo: {}, ip: "203.0.113.7", next: origin }));
