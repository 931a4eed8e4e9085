/**
 * netlify.toml: Netlify's own parser turns lines into the objects that its configuration holds. Written as TOML they must
 * come to the same rules as the lines.
 */
import { isDeepStrictEqual } from "node:util";
import { parse } from "./ours.mjs";

/** A pair for the report: what the lines come to, and what the same redirects in TOML do; `undefined` where a line is wrong. */
export function tomlPair(text, { redirects, errors }, files) {
  if (errors.length > 0 || new Set(redirects.map((each) => JSON.stringify(each))).size < text.trim().split("\n").length) return undefined;
  const toml = redirects.map(table).join("\n");
  const [theirs, ours] = [parse("redirects", text, "netlify", files), parse("netlify-toml", toml, undefined, files)].map(({ rules }) => rules);
  return { toml, theirs, ours, same: isDeepStrictEqual(ours, theirs) };
}

/** TOML's strings are written as those of JSON. */
function table({ from, query = {}, to, status, force, conditions = {} }) {
  const lines = ["[[redirects]]", `from = ${JSON.stringify(from)}`, `to = ${JSON.stringify(to)}`, `status = ${status ?? 301}`, `force = ${force}`];
  if (Object.keys(query).length > 0) lines.push(`query = { ${pairs(query)} }`);
  if (Object.keys(conditions).length > 0) lines.push("[redirects.conditions]", pairs(conditions, "\n"));
  return `${lines.join("\n")}\n`;
}

function pairs(object, between = ", ") {
  return Object.entries(object).map(([name, value]) => `${JSON.stringify(name)} = ${JSON.stringify(value)}`).join(between);
}
