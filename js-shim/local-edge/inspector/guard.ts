/** Who may drive the inspector: a page that it served itself, which knows the token. */
import type { IncomingMessage } from "node:http";
import { Secret } from "../secret.js";

export const TOKEN_HEADER = "x-selvedge-token";

export class Guard {
  /** In the fragment of the address that the terminal shows: never sent by a browser, and in no page. */
  readonly #token = new Secret();

  get token(): string {
    return this.#token.value;
  }

  /** A name that leads here by DNS is another origin's. `undefined`: let it in. */
  refuses({ headers, socket }: IncomingMessage): string | undefined {
    const host = /^(?:127\.0\.0\.1|localhost):(\d+)$/.exec(headers.host ?? "");
    if (host === null || Number(host[1]) !== socket.localPort) return "only under its own address";
    const site = headers["sec-fetch-site"];
    if (site !== undefined && site !== "same-origin" && site !== "none") return "not from another site";
    if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) return "not from another origin";
    return undefined;
  }

  knows({ headers }: IncomingMessage): boolean {
    return this.#token.isKnownBy(String(headers[TOKEN_HEADER] ?? ""));
  }
}
