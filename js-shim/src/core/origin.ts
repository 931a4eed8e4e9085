/** The origin that a rule chose, as its record in the plan says (see ARCHITECTURE.md). */

export interface Origin {
  readonly kind: "s3" | "custom";
  readonly fields: readonly (readonly [string, unknown])[];
}

/** Entries of `customHeaders`, by lower-case name: a map, for a header may be called `__proto__` or `constructor`. */
export type CustomHeaders = Map<string, { key: string; value: string }[]>;

/** Reads the record: the kind, then one field per line. */
export function parseOrigin(record: string): Origin {
  const [kind, ...lines] = record.split("\n");
  const fields: [string, unknown][] = [];
  let custom: CustomHeaders | undefined;
  for (const line of lines) {
    const at = line.indexOf("=");
    const name = line.slice(1, at < 0 ? undefined : at);
    const text = at < 0 ? "" : line.slice(at + 1);
    switch (line[0]) {
      case "t":
        fields.push([name, text]);
        break;
      case "n":
        fields.push([name, Number(text)]);
        break;
      case "l":
        fields.push([name, text === "" ? [] : text.split(",")]);
        break;
      case "h": {
        if (custom === undefined) fields.push(["customHeaders", (custom = new Map())]);
        if (name === "") break;
        const entry = { key: name, value: text };
        if (!custom.get(name.toLowerCase())?.push(entry)) custom.set(name.toLowerCase(), [entry]);
      }
    }
  }
  return { kind: kind === "s3" ? "s3" : "custom", fields };
}
