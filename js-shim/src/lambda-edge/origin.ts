/**
 * The origin that a rule chose, put into `request.origin`.
 *
 * Of the same kind as the present one: the given fields replace, the others stay, unknown ones too. Of the other kind:
 * a whole new object, since CloudFront accepts one kind only and wants every field.
 */
import { type Headers, isObject, type Request } from "./event.js";

/** An origin, made of the plan's record. */
export interface Origin {
  readonly kind: "s3" | "custom";
  readonly fields: readonly (readonly [string, unknown])[];
}

/** Reads the record: the kind, then one field per line (see ARCHITECTURE.md). */
export function parseOrigin(record: string): Origin {
  const [kind, ...lines] = record.split("\n");
  const fields: [string, unknown][] = [];
  let custom: Headers | undefined;
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
        if (custom === undefined) fields.push(["customHeaders", (custom = {})]);
        if (name === "") break;
        const entries = (custom[name.toLowerCase()] ??= []) as unknown[];
        entries.push({ key: name, value: text });
      }
    }
  }
  return { kind: kind === "s3" ? "s3" : "custom", fields };
}

/** Sets the origin, with values of its own. `Host` follows the domain, which is what the origin is asked for. */
export function setOrigin(request: Request, headers: Headers, { kind, fields }: Origin): Headers {
  const present = isObject(request.origin) ? (request.origin as Record<string, unknown>)[kind] : undefined;
  const origin: Record<string, unknown> = isObject(present) ? { ...present } : defaults(kind);
  let host: string | undefined;
  for (const [name, value] of fields) {
    origin[name] = fresh(value);
    if (name === "domainName") host = value as string;
  }
  request.origin = { [kind]: origin };
  if (host !== undefined) headers["host"] = [{ key: "host", value: host }];
  return headers;
}

function defaults(kind: Origin["kind"]): Record<string, unknown> {
  return kind === "s3"
    ? { authMethod: "none", customHeaders: {}, domainName: "", path: "", region: "" }
    : {
        customHeaders: {},
        domainName: "",
        keepaliveTimeout: 5,
        path: "",
        port: 443,
        protocol: "https",
        readTimeout: 30,
        sslProtocols: ["TLSv1.2"],
      };
}

/** Lists and custom headers are handed out, so they are copied. */
function fresh(value: unknown): unknown {
  return isObject(value) ? structuredClone(value) : value;
}
