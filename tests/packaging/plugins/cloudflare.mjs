import { worker } from "selvedge/cloudflare";
import rules from "./rules.json";

export default worker(rules, { origin: () => new Response("page", { headers: { "x-amz-meta-owner": "someone" } }) });
