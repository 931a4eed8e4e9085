// The rules in front of the site's files, which `context.next()` serves.
import { edgeFunction } from "selvedge/netlify";
import rules from "../../../story/rules.json" with { type: "json" };

export default edgeFunction(rules);
