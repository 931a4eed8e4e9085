/** What little of TOML is read here: members whose value is a text on one line. */

/** A member of the file itself, or of a table of it. */
export function tomlText(toml: string, name: string, table?: string): string | undefined {
  const lines = table === undefined ? toml : (toml.split(new RegExp(`^[ \\t]*\\[[ \\t]*${table}[ \\t]*\\]`, "m"))[1] ?? "");
  // Up to the next table, or the first one.
  const [own = ""] = lines.split(/^[ \t]*\[/m);
  const member = new RegExp(`^[ \\t]*(?:"${name}"|'${name}'|${name})[ \\t]*=[ \\t]*(?:"([^"\\n]*)"|'([^'\\n]*)')`, "m").exec(own);
  return member?.[1] ?? member?.[2];
}
