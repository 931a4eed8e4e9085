/** Header names as the vendor writes them. */
import { NOTE_HEADER } from "#dist/generated/names.js";

const WORDS: Record<string, string> = { cloudfront: "CloudFront", ios: "IOS", smarttv: "SmartTV", tls: "TLS", asn: "ASN", ja3: "JA3", te: "TE" };

/** `cloudfront-viewer-country` → `CloudFront-Viewer-Country`. Selvedge's own stays as it is. */
export function headerCase(name: string): string {
  if (name === NOTE_HEADER) return name;
  return name.replace(/[^-]+/g, (word) => WORDS[word] ?? word.charAt(0).toUpperCase() + word.slice(1));
}
