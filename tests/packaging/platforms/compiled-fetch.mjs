import { edge } from "selvedge/compiled/fetch";
import plan from "../plans/fetch.mjs";
import { origin, simple } from "./origin.mjs";

const handle = edge(plan);

export const ask = async (path) => simple(await handle(new Request(`https://example.org${path}`), origin));
