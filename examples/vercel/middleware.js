// Routing middleware runs before the response exists. Of the story's rules it takes what needs no response; the rest is an
// error at load, not silence.
import { middleware } from "selvedge/vercel";
import rules from "./rules.json" with { type: "json" };

export default middleware(rules);
