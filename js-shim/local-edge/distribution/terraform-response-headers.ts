/** A response headers policy of a Terraform plan, by CloudFormation's names. */
import { listOf, type Plain } from "./reader.js";

export function responseHeadersPolicy(policy: Plain): Plain {
  const only = (of: Plain, name: string): Plain | undefined => listOf(of[name])[0];
  const items = (name: string): Plain[] => listOf(only(policy, name)?.["items"]);
  const security = only(policy, "security_headers_config") ?? {};
  const member = (name: string, rest: (one: Plain) => Plain = () => ({})): Plain | undefined => {
    const one = only(security, name);
    return one && { ...rest(one), Override: one["override"] };
  };
  return {
    CustomHeadersConfig: { Items: items("custom_headers_config").map(({ header, value, override }) => ({ Header: header, Value: value, Override: override })) },
    RemoveHeadersConfig: { Items: items("remove_headers_config").map(({ header }) => ({ Header: header })) },
    SecurityHeadersConfig: {
      ContentSecurityPolicy: member("content_security_policy", (one) => ({ ContentSecurityPolicy: one["content_security_policy"] })),
      ContentTypeOptions: member("content_type_options"),
      FrameOptions: member("frame_options", (one) => ({ FrameOption: one["frame_option"] })),
      ReferrerPolicy: member("referrer_policy", (one) => ({ ReferrerPolicy: one["referrer_policy"] })),
      StrictTransportSecurity: member("strict_transport_security", (one) => ({ AccessControlMaxAgeSec: one["access_control_max_age_sec"], IncludeSubdomains: one["include_subdomains"], Preload: one["preload"] })),
      XSSProtection: member("xss_protection", (one) => ({ Protection: one["protection"], ModeBlock: one["mode_block"], ReportUri: one["report_uri"] })),
    },
  };
}
