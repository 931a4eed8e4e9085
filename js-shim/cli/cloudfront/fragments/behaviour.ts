/** What the distribution answers where the origin has nothing; the names are CloudFront's. */
export interface CustomErrorResponse {
  readonly errorCode: number;
  readonly responseCode: number;
  readonly responsePagePath: string;
}

/** What a cache behaviour of CloudFront needs, and its distribution, as the fragments write it. */
export interface Behaviour {
  readonly triggers: readonly { readonly name: string; readonly includeBody: boolean }[];
  readonly cache: {
    /** As the vendor writes them. */
    readonly headers: readonly string[];
    readonly cookies: "none" | "all";
    readonly queryStrings: "none" | "all";
  };
  readonly origin: { readonly headers: readonly string[] };
  /** Of the whole distribution. */
  readonly errors: readonly CustomErrorResponse[];
}
