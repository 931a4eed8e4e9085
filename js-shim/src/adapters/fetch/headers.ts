/** `Headers` as rules see it. Lines of one name are one, joined, but those of `Set-Cookie`. */
import type { HeaderAccess } from "../../core/header-editor.js";
import { headerBytes, toHeader } from "../../core/header-text.js";

export const ACCESS: HeaderAccess<Headers> = {
  names: (headers) => headers.keys(),
  has: (headers, name) => headers.has(name),
  lines(headers, name) {
    if (name === "set-cookie") return headers.getSetCookie();
    const value = headers.get(name);
    return value === null ? [] : [value];
  },
  value: toHeader,
  bytes: headerBytes,
  set(headers, name, value) {
    try {
      headers.set(name, value);
    } catch (error) {
      skip(headers, error);
    }
  },
  put(headers, name, lines) {
    let is = false;
    for (const line of lines) {
      try {
        if (is) headers.append(name, line);
        else headers.set(name, line);
        is = true;
      } catch (error) {
        skip(headers, error);
      }
    }
  },
  delete(headers, name) {
    try {
      headers.delete(name);
    } catch (error) {
      skip(headers, error);
    }
  },
};

/** What the platform refuses costs this one edit. Throws on headers that no one may change: they have to be copied. */
function skip(headers: Headers, error: unknown): void {
  try {
    headers.delete("x-selvedge-is-there");
  } catch {
    throw error;
  }
}
