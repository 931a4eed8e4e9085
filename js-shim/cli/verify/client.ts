/** Asks sites politely: few requests at a time, again after a failure, and not before a site says that it may. */
import { setTimeout as sleep } from "node:timers/promises";
import { decoded } from "../decoded.js";
import { InputError } from "../input-error.js";
import { version } from "../manifest.js";
import { locationOf } from "./location.js";
import { resolved } from "./page.js";
import { unpacked } from "./unpacked.js";

export interface ClientOptions {
  /** Requests at a time. */
  readonly concurrency: number;
  /** For one request, in milliseconds. */
  readonly timeout: number;
  /** How often a request is sent again. */
  readonly retries: number;
  /** Between two requests to a host, in milliseconds. */
  readonly delay: number;
}

export interface Reply {
  readonly status: number;
  readonly location: string | undefined;
  readonly type: string;
  readonly body: string;
}

/** Of a page, as much is read as its head and its links mostly take. */
const MAX_BODY = 512 * 1024;
/** A site that wants a longer wait is asked no more. */
export const MAX_WAIT = 60_000;
export const USER_AGENT = `selvedge/${version()}`;

export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

export class Client {
  readonly #options: ClientOptions;
  /** When each host may be asked next. */
  readonly #free = new Map<string, number>();
  readonly #delays = new Map<string, number>();

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  get concurrency(): number {
    return this.#options.concurrency;
  }

  /** A host wants more time between two requests. */
  slowDown(origin: string, delay: number): void {
    if (delay > 0) this.#delays.set(hostOf(origin), delay);
  }

  /** One request; redirects are not followed. Throws a `NoAnswer`. */
  get(address: string): Promise<Reply> {
    return this.#send(address, replyOf);
  }

  async #send<T>(address: string, read: (response: Response) => Promise<T>): Promise<T> {
    const { retries, timeout } = this.#options;
    for (let attempt = 0; ; attempt++) {
      await this.#turn(address);
      const isLast = attempt >= retries;
      let wait = 500 * 2 ** attempt;
      try {
        const response = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(timeout), headers: { "User-Agent": USER_AGENT, Accept: "text/html,application/xhtml+xml,*/*;q=0.8" } });
        const isBusy = response.status === 429 || response.status === 503;
        const asked = isBusy ? waitOf(response.headers.get("retry-after")) : undefined;
        if (!isBusy || isLast || (asked ?? 0) > MAX_WAIT) return await read(response);
        await response.body?.cancel();
        wait = asked ?? wait;
        // All that ask this host wait.
        this.#free.set(hostOf(address), Date.now() + wait);
      } catch (error) {
        if (isLast) throw new NoAnswer(reasonOf(error, timeout));
        await sleep(wait);
      }
    }
  }

  /** The text of a file, which may be compressed. Throws an `InputError`. */
  async text(address: string, max: number): Promise<string> {
    let here = address;
    for (let hop = 0; hop < 5; hop++) {
      let response: { readonly status: number; readonly location: string | undefined; readonly bytes: Buffer };
      try {
        response = await this.#send(here, async (answer) => ({ status: answer.status, location: locationOf(answer.headers.get("location")), bytes: await bytesOf(answer, max + 1) }));
      } catch (error) {
        if (error instanceof NoAnswer) throw new InputError(error.message, { where: here });
        throw error;
      }
      const { status, location, bytes } = response;
      if (status === 200) return unpacked(bytes, max, here);
      if (location === undefined || status < 300 || status > 399) throw new InputError(`the answer is ${status}`, { where: here });
      const next = resolved(location, here);
      if (next === undefined) throw new InputError("a redirect to what is not an address", { where: here });
      here = next;
    }
    throw new InputError("is redirected too often", { where: address });
  }

  async #turn(address: string): Promise<void> {
    const host = hostOf(address);
    for (;;) {
      const now = Date.now();
      const free = this.#free.get(host) ?? 0;
      if (free <= now) {
        this.#free.set(host, now + (this.#delays.get(host) ?? this.#options.delay));
        return;
      }
      await sleep(free - now);
    }
  }
}

function hostOf(address: string): string {
  return new URL(address).host;
}

/** RFC 9110 §10.2.3: seconds, or a date. */
export function waitOf(value: string | null): number | undefined {
  if (value === null) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

async function replyOf(response: Response): Promise<Reply> {
  const { status, headers } = response;
  const type = headers.get("content-type") ?? "";
  const body = /html|xml|text/i.test(type) ? decoded(await bytesOf(response, MAX_BODY), charsetOf(type)) : (await response.body?.cancel(), "");
  return { status, location: locationOf(headers.get("location")), type, body };
}

function charsetOf(type: string): string | undefined {
  return /charset\s*=\s*["']?([\w.:-]+)/i.exec(type)?.[1];
}

/** At most this many bytes of a body. */
async function bytesOf(response: Response, max: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  if (response.body === null) return Buffer.alloc(0);
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    if ((bytes += chunk.length) >= max) break;
  }
  return Buffer.concat(chunks).subarray(0, max);
}

function reasonOf(error: unknown, timeout: number): string {
  const { name, message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  if (name === "TimeoutError") return `no answer within ${timeout / 1000} s`;
  const code = cause?.code ?? "";
  return REASONS[code] ?? cause?.message ?? message;
}

export const REASONS: Record<string, string> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was cut",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name cannot be looked up now",
  UND_ERR_SOCKET: "the connection was cut",
  UND_ERR_HEADERS_OVERFLOW: "the head of the answer is too long",
};

/** Does a job for each item, this many at a time, and hands on what comes of them as it comes. */
export async function each<T>(items: readonly T[], concurrency: number, job: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) await job(items[at]!);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}
