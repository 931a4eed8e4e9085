/** `Headers` as rules see it. Lines of one name are one, joined, but those of `Set-Cookie`. */
import type { HeaderAccess } from "../header-editor.js";
import { fromHeader, toHeader } from "../header-text.js";

export const ACCESS: HeaderAccess<Headers> = {
  names: (headers) => headers.keys(),
  has: (headers, name) => headers.has(name),
  lines(headers, name) {
    if (name === "set-cookie") return headers.getSetCookie().map(fromHeader);
    const value = headers.get(name);
    return value === null ? [] : [fromHeader(value)];
  },
  value: toHeader,
  set: (headers, name, value) => headers.set(name, value),
  put(headers, name, lines) {
    for (let i = 0; i < lines.length; i++) {
      const value = toHeader(lines[i]!);
      if (i === 0) headers.set(name, value);
      else headers.append(name, value);
    }
  },
  delete: (headers, name) => headers.delete(name),
};
