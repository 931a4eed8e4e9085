import rules from "./edge.rules.mjs";

export { rules };
export default rules;
