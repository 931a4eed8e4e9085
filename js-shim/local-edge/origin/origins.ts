/** The servers of a distribution, and those that functions choose. */
import type { Origin } from "../distribution/distribution.js";
import { memberOf } from "../distribution/policy.js";
import type { EventOrigin } from "../message.js";
import type { OriginServer } from "./origin.js";
import { WebServer } from "./web-server.js";

const MAX_CHOSEN = 100;

export class Origins {
  readonly #byId = new Map<string, Origin>();
  readonly #byDomain = new Map<string, OriginServer>();
  readonly #chosen = new Map<string, OriginServer>();
  /** The first folder: it stands in for every bucket that a function chooses. */
  #bucket: OriginServer | undefined;

  constructor(origins: readonly Origin[], serverOf: (origin: Origin) => OriginServer) {
    for (const origin of origins) {
      this.#byId.set(origin.id, origin);
      const server = serverOf(origin);
      this.#byDomain.set(domainOf(origin.event), server);
      if (origin.folder !== undefined) this.#bucket ??= server;
    }
  }

  named(id: string): Origin {
    const origin = this.#byId.get(id);
    if (origin === undefined) throw new TypeError(`the distribution has no origin "${id}"`);
    return origin;
  }

  /** What answers for an origin: by its domain name, what the distribution says of it, else the network. */
  of(origin: EventOrigin): OriginServer {
    const known = this.#byDomain.get(domainOf(origin));
    if (known !== undefined) return known;
    if (origin.s3 !== undefined && this.#bucket !== undefined) return this.#bucket;
    const { domainName } = memberOf(origin);
    const { protocol = "https", port = 443 } = origin.custom ?? {};
    const url = `${protocol}://${domainName}:${port}`;
    const server = this.#chosen.get(url) ?? new WebServer(new URL(url));
    if (this.#chosen.size >= MAX_CHOSEN) this.#chosen.clear();
    this.#chosen.set(url, server);
    return server;
  }
}

function domainOf(origin: EventOrigin): string {
  const { port = "" } = origin.custom ?? {};
  return `${memberOf(origin).domainName}:${port}`;
}
