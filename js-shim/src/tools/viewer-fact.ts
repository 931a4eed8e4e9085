/** What a platform may tell of a viewer, as people write it: in flags, in forms, in lines of expectations. */

/** What a viewer may have. */
export const DEVICES = ["desktop", "mobile", "tablet", "smarttv", "ios", "android"] as const;

interface ViewerFact {
  /** What values are, in a sentence. */
  readonly form: string;
  /** The value as platforms tell it; `undefined`: none of them would. */
  readonly read: (text: string) => string | undefined;
}

/** A misspelt value would pass for one that no condition holds for. */
export const VIEWER_FACTS = {
  country: {
    form: "It is a code of two letters, such as DE (ISO 3166-1); the United Kingdom is GB.",
    // T1 is Cloudflare's word for the Tor network; UK is nobody's, and conditions refuse it.
    read: (text: string) => (/^(?!UK)(?:[A-Z]{2}|T1)$/i.test(text) ? text.toUpperCase() : undefined),
  },
  device: { form: `It is one of ${DEVICES.join(", ")}.`, read: (text: string) => DEVICES.find((device) => device === text) },
  ip: { form: "It is an address of IPv4 or IPv6.", read: (text: string) => (isAddress(text) ? text : undefined) },
} satisfies Record<string, ViewerFact>;

const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** URLs know addresses in every runtime; of IPv4 they take other spellings, such as `1.2` and `0x7f.1`. */
function isAddress(text: string): boolean {
  return V4.test(text) || (/^[\da-f:.]*:[\da-f:.]*$/i.test(text) && URL.canParse(`http://[${text}]/`));
}
