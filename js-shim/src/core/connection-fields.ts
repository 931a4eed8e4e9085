/**
 * Fields that a proxy does not pass on: those of one connection, RFC 9110 §7.6.1, and of the authentication between two
 * neighbours, §11.7.
 */
export const CONNECTION_FIELDS = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Those of a message, whose `Connection` may name others. */
export function connectionFields(connection: string | undefined): ReadonlySet<string> {
  const named = (connection ?? "").toLowerCase().split(",").map((name) => name.trim());
  return new Set([...CONNECTION_FIELDS, ...named.filter((name) => TOKEN.test(name))]);
}

/** What else stands there names no field, and `Headers` throws on it. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
