import { worker } from "selvedge/compiled/cloudflare";
import plan from "../plans/cloudflare.mjs";
import { origin } from "./origin.mjs";

export default worker(plan, { origin });
