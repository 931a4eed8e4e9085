/**
 * The origin that a rule chose, put into `request.origin`.
 *
 * Of the same kind as the present one: the given fields replace, the others stay, unknown ones too. Of the other kind:
 * a whole new object, since CloudFront accepts one kind only and wants every field.
 */
import type { Origin } from "../../core/origin.js";
import { type Headers, isObject, type Request } from "./event.js";

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
  return isObject(value) ? structuredClone(value instanceof Map ? Object.fromEntries(value) : value) : value;
}
