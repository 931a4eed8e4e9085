/** Addresses that are not on the public internet: what a list names must not make this machine ask its own network. */
import { lookup as resolve, type LookupAddress } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** IANA's registries of special-purpose addresses, RFC 6890: those that are not globally reachable, and multicast. */
const RANGES = [
  "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
  // With IPv4 in them, as 64:ff9b::/32 has for translation. An IPv4 address written as one of IPv6 counts as itself.
  "::/96", "64:ff9b::/32", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
] as const;

const INTERNAL = new BlockList();
for (const range of RANGES) {
  const [address = "", length] = range.split("/");
  INTERNAL.addSubnet(address, Number(length), address.includes(":") ? "ipv6" : "ipv4");
}

/** It is not asked. */
export class InternalAddress extends Error {
  override readonly name = "InternalAddress";
}

/** Whether a host as a URL has it is an address of this kind. What a name stands for is seen when it is looked up. */
export function isInternal(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, "$1");
  const family = isIP(address);
  return family !== 0 && INTERNAL.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** Looks a name up, and refuses what it finds there. The connection is to the address that was looked at, and no other. */
export const lookupOutside: LookupFunction = (host, options, done) => {
  resolve(host, options, (error: NodeJS.ErrnoException | null, found: string | LookupAddress[], family?: number) => {
    const addresses = typeof found === "string" ? [found] : (found ?? []).map(({ address }) => address);
    if (error === null && addresses.some(isInternal)) done(new InternalAddress(), "", 0);
    else done(error, found as string, family);
  });
};
