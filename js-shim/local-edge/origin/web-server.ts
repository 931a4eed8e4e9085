/** A URL as an origin. */
import { lookup } from "node:dns/promises";
import * as http from "node:http";
import * as https from "node:https";
import { bytesOf, received, sent as sentLine } from "../wire.js";
import type { Asked, OriginAnswer, OriginServer } from "./origin.js";

/** One hop's own fields, which nothing passes on: RFC 9110 §7.6.1. */
const HOP = new Set(["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect"]);
const MAX_BODY = 256 << 20;
/** Bytes of an answer's head that CloudFront takes. */
const MAX_HEAD = 32_768;

/** The origin does not answer, or not as HTTP: 502, or 504 where it takes too long. */
export class OriginError extends Error {
  constructor(
    readonly status: 502 | 504,
    message: string,
  ) {
    super(message);
  }
}

export class WebServer implements OriginServer {
  readonly #base: URL;
  readonly #agent: http.Agent;

  /** @param url with a path, if there is one, that comes before every other; only the origin's own path is added to it */
  constructor(url: URL) {
    this.#base = url;
    this.#agent = new (url.protocol === "http:" ? http.Agent : https.Agent)({ keepAlive: true, maxSockets: 64 });
  }

  address({ path, query }: Asked): string {
    return `${this.#base.origin}${path}${query && `?${query}`}`;
  }

  async find(): Promise<void> {
    const name = this.#base.hostname.replace(/^\[|\]$/g, "");
    await lookup(name).catch((error: NodeJS.ErrnoException) => {
      throw new OriginError(502, `the name ${name} leads nowhere: ${error.code ?? error.message}`);
    });
  }

  answer(asked: Asked): Promise<OriginAnswer> {
    const { method, path, query, headers, body, seconds } = asked;
    const { protocol, hostname, port } = this.#base;
    const { request } = protocol === "http:" ? http : https;
    const lines = Object.entries(headers).filter(([name]) => !HOP.has(name) && name !== "content-length");
    const fields: Record<string, string | string[]> = {};
    for (const [name, values] of lines) {
      const texts = values.map(sentLine);
      fields[values[0]?.key ?? name] = name === "cookie" ? texts.join("; ") : texts.length === 1 ? (texts[0] ?? "") : texts;
    }
    if (body !== undefined) fields["Content-Length"] = String(body.length);
    const address = this.address(asked);
    return new Promise((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException): void => reject(error instanceof OriginError ? error : new OriginError(502, `${address} does not answer: ${error.code ?? error.message}`));
      let call: http.ClientRequest;
      try {
        call = request({ hostname: hostname.replace(/^\[|\]$/g, ""), port: port || undefined, method, path: bytesOf(path + (query && `?${query}`)), headers: fields, maxHeaderSize: MAX_HEAD, agent: this.#agent, setHost: !("host" in headers) });
      } catch (error) {
        return fail(error as NodeJS.ErrnoException);
      }
      call.setTimeout(seconds * 1000, () => call.destroy(new OriginError(504, `${address} did not answer within ${seconds} seconds`)));
      call.on("error", fail);
      call.on("upgrade", (_, socket) => {
        socket.destroy();
        fail(new OriginError(502, `${address} answers with another protocol`));
      });
      call.on("response", (answer) => {
        const status = answer.statusCode ?? 0;
        if (status < 200 || status > 599) return void call.destroy(new OriginError(502, `${address} answers with status ${status}, which HTTP does not have`));
        const parts: Buffer[] = [];
        let size = 0;
        answer.on("data", (part: Buffer) => {
          parts.push(part);
          if ((size += part.length) > MAX_BODY) call.destroy(new OriginError(502, `${address} sent more than ${MAX_BODY >> 20} MB, which the local edge does not carry`));
        });
        answer.on("error", fail);
        answer.on("end", () => resolve({ status, reason: answer.statusMessage ?? "", headers: received(endToEnd(answer.rawHeaders)), body: Buffer.concat(parts) }));
      });
      call.end(body);
    });
  }
}

function* endToEnd(list: readonly string[]): Generator<[string, string]> {
  const lines = Array.from({ length: list.length >> 1 }, (_, i): [string, string] => [list[2 * i] ?? "", list[2 * i + 1] ?? ""]);
  // `Connection` names more of them.
  const named = lines.flatMap(([name, value]) => (name.toLowerCase() === "connection" ? value.toLowerCase().split(",").map((option) => option.trim()) : []));
  for (const [name, value] of lines) if (!HOP.has(name.toLowerCase()) && !named.includes(name.toLowerCase())) yield [name, value];
}
