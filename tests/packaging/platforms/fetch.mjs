import { edge } from "selvedge/fetch";
import { rules } from "../rules.mjs";
import { origin, simple } from "./origin.mjs";

const handle = edge(rules);

export const ask = async (path) => simple(await handle(new Request(`https://example.org${path}`), origin));
