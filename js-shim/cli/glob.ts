/** Names of files by their stars, as shells and servers have them. */

/** A name with stars as an expression; `undefined` for one without. */
export function globOf(text: string): RegExp | undefined {
  if (!/[*?[]/.test(text)) return undefined;
  let source = "";
  for (let at = 0; at < text.length; at++) {
    const c = text[at] ?? "";
    const close = c === "[" ? text.indexOf("]", at + 2) : -1;
    if (c === "*") source += "[^/]*";
    else if (c === "?") source += "[^/]";
    else if (close > 0) {
      const inside = text.slice(at + 1, close).replace(/[\\\]]/g, "\\$&");
      source += `[${inside.replace(/^[!^]/, "^").replace(/(?<=.)\[/g, "\\[")}]`;
      at = close;
    } else source += c.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  }
  // A star takes no name that begins with a dot.
  return expression(`^${/^[*?[]/.test(text) ? "(?!\\.)" : ""}${source}$`);
}

function expression(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    return /(?!)/;
  }
}
