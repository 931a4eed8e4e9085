/** What a gateway tells an origin about the request that it sends on. */

export interface Forwarded {
  /** Whose connection it is. */
  readonly address: string | undefined;
  readonly host: string | undefined;
  readonly scheme: string | undefined;
  /** Of HTTP, as it came: `1.1`. */
  readonly version: string;
}

const PSEUDONYM = "selvedge";
/** A request that has come through this often goes round in circles. */
const MAX_PASSES = 8;

/**
 * The fields, by name. The addresses before are the client's word, as they are everywhere: only who knows how many proxies
 * there are can tell which to trust.
 */
export function forwardedFields({ address, host, scheme, version }: Forwarded, before: (name: string) => string | undefined): [name: string, value: string][] {
  const after = (name: string, value: string): string => [before(name), value].filter((each) => each !== undefined && each !== "").join(", ");
  const fields: [string, string | undefined][] = [
    ["x-forwarded-for", address && after("x-forwarded-for", address)],
    ["x-forwarded-host", host],
    ["x-forwarded-proto", scheme],
    // RFC 9110 §7.6.3.
    ["via", after("via", `${version} ${PSEUDONYM}`)],
  ];
  return fields.filter((each): each is [string, string] => each[1] !== undefined);
}

/** Whether `Via` says that the request came through here again and again. */
export function goesInCircles(via: string | undefined): boolean {
  return via !== undefined && via.split(",").filter((each) => each.trim().split(/\s+/)[1]?.toLowerCase() === PSEUDONYM).length >= MAX_PASSES;
}
