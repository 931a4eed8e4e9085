import type { OneOrMore } from "./one-or-more.js";

/**
 * A path or URL in which `:name` and `{name}` are what the pattern or `when` captured; `{host}` `{path}` `{query}` `{url}`
 * `{country}` `{clientIp}` `{requestId}` `{query.x}` `{header.x}` `{cookie.x}`, and on responses `{response.x}`, are read from the
 * message; `{…|lower}` is in lower case, `{…|encode}` percent-encodes. `{{` and `}}` are braces, `{:}` is a colon.
 */
export type Target = string;

/** Text in which `{name}` is a capture or a fact as in `Target`; `:name` has no meaning. */
export type ValueTemplate = string;

/** Header names and their values; a list makes several lines. */
export type HeaderValues = Readonly<Record<string, OneOrMore<ValueTemplate>>>;
