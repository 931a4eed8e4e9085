/** Where a rule sends the request. */
import type { CustomHeaders, Origin } from "../../core/origin.js";

export interface OriginAddress {
  /** Without one, it is the application that is asked, at another path. */
  readonly host: string | undefined;
  readonly secure: boolean;
  readonly port: number;
  /** What stands before every path. */
  readonly path: string;
  readonly headers: ReadonlyMap<string, string | readonly string[]>;
  /** How long it may be silent, in milliseconds. */
  readonly timeout: number;
}

export function addressOf({ fields }: Origin): OriginAddress {
  const field = new Map(fields);
  const secure = field.get("protocol") !== "http";
  const custom = [...((field.get("customHeaders") as CustomHeaders | undefined) ?? [])];
  return {
    host: field.get("domainName") as string | undefined,
    secure,
    port: Number(field.get("port") ?? (secure ? 443 : 80)),
    path: String(field.get("path") ?? ""),
    headers: new Map(custom.map(([name, lines]) => [name, lines.length === 1 ? lines[0]!.value : lines.map(({ value }) => value)])),
    timeout: Number(field.get("readTimeout") ?? 30) * 1000,
  };
}

/** `example.org:8080` */
export function hostOf({ host, secure, port }: OriginAddress): string {
  return port === (secure ? 443 : 80) ? host! : `${host!}:${port}`;
}
