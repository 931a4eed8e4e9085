import { middleware } from "selvedge/vercel";
import { blindRules } from "../rules.mjs";
import { simple } from "./origin.mjs";

const handle = middleware(blindRules);

export const ask = async (path) => simple(await handle(new Request(`https://example.org${path}`), {}));
