/** Constant headers as a response headers policy. */
import type { PolicyHeader } from "#dist/tools/cloudfront-split.js";
import type { ResponseHeadersPolicyConfig } from "./deployment.js";

type Security = NonNullable<ResponseHeadersPolicyConfig["SecurityHeadersConfig"]>;

/** Headers that have fields of their own; CloudFront takes them in no other way. The values are those that the fields have. */
const FIELDS: Readonly<Record<string, (value: string, Override: boolean) => Security>> = {
  "content-security-policy": (value, Override) => ({ ContentSecurityPolicy: { ContentSecurityPolicy: value, Override } }),
  "referrer-policy": (value, Override) => ({ ReferrerPolicy: { ReferrerPolicy: value, Override } }),
  "strict-transport-security": (value, Override) => ({
    StrictTransportSecurity: {
      AccessControlMaxAgeSec: Number(/\d+/.exec(value)),
      IncludeSubdomains: value.includes("includeSubDomains"),
      Preload: value.includes("preload"),
      Override,
    },
  }),
  "x-content-type-options": (_, Override) => ({ ContentTypeOptions: { Override } }),
  "x-frame-options": (value, Override) => ({ FrameOptions: { FrameOption: value.toUpperCase() === "DENY" ? "DENY" : "SAMEORIGIN", Override } }),
};

export function headersPolicyOf(headers: readonly PolicyHeader[]): ResponseHeadersPolicyConfig | null {
  if (headers.length === 0) return null;
  let security: Security = {};
  const custom: { Header: string; Value: string; Override: boolean }[] = [];
  const removed: { Header: string }[] = [];
  for (const { name, value, replaces } of headers) {
    const field = FIELDS[name.toLowerCase()];
    if (value === null) removed.push({ Header: name });
    else if (field === undefined) custom.push({ Header: name, Value: value, Override: replaces });
    else security = { ...security, ...field(value, replaces) };
  }
  return {
    ...(Object.keys(security).length > 0 && { SecurityHeadersConfig: security }),
    ...(custom.length > 0 && { CustomHeadersConfig: { Items: custom } }),
    ...(removed.length > 0 && { RemoveHeadersConfig: { Items: removed } }),
  };
}
