// The rules in front of the Worker's static assets, which the binding ASSETS serves.
import { worker } from "selvedge/cloudflare";
import rules from "../story/rules.json";

export default worker(rules);
