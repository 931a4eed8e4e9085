import { worker } from "selvedge/cloudflare";
import { rules } from "../rules.mjs";
import { origin } from "./origin.mjs";

export default worker(rules, { origin });
