import { middleware } from "selvedge/compiled/vercel";
import plan from "../plans/vercel.mjs";
import { simple } from "./origin.mjs";

const handle = middleware(plan);

export const ask = async (path) => simple(await handle(new Request(`https://example.org${path}`), {}));
