/** Who may drive the inspector: a page that it served itself, which knows the token. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export const TOKEN_HEADER = "x-selvedge-token";

export class Guard {
  /** In the fragment of the address that the terminal shows: never sent by a browser, and in no page. */
  readonly token = randomBytes(24).toString("base64url");

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
    const given = Buffer.from(String(headers[TOKEN_HEADER] ?? ""));
    const token = Buffer.from(this.token);
    return given.length === token.length && timingSafeEqual(given, token);
  }
}
