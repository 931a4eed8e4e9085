/** What a cache behaviour of CloudFront needs, as the fragments write it. */
export interface Behaviour {
  readonly triggers: readonly { readonly name: string; readonly includeBody: boolean }[];
  readonly cache: {
    /** As the vendor writes them. */
    readonly headers: readonly string[];
    readonly cookies: "none" | "all";
    readonly queryStrings: "none" | "all";
  };
  readonly origin: { readonly headers: readonly string[] };
}
