/** One request for the head of an answer, with bounds on all of it. */
import { request as plain } from "node:http";
import { request as secure } from "node:https";
import { NoAnswer, REASONS, USER_AGENT } from "../verify/client.js";
import { locationOf } from "../verify/location.js";
import { InternalAddress, isInternal, lookupOutside } from "./internal.js";

export interface RequestOptions {
  /** In milliseconds, for all of it. */
  readonly timeout: number;
  /** Whether addresses of this machine's own network may be asked. */
  readonly internal: boolean;
}

export interface Head {
  readonly status: number;
  readonly location: string | undefined;
  readonly retryAfter: string | undefined;
}

const MAX_HEAD = 64 * 1024;

/** The body is never read. Throws a `NoAnswer`, or an `InternalAddress` for what is not asked. */
export function headOf(method: "HEAD" | "GET", address: string, { timeout, internal }: RequestOptions): Promise<Head> {
  const url = new URL(address);
  return new Promise((resolve, reject) => {
    if (!internal && isInternal(url.hostname)) return reject(new InternalAddress());
    const send = url.protocol === "https:" ? secure : plain;
    const request = send(url, {
      method,
      agent: false,
      maxHeaderSize: MAX_HEAD,
      signal: AbortSignal.timeout(timeout),
      headers: { "User-Agent": USER_AGENT, Accept: "text/html,application/xhtml+xml,*/*;q=0.8" },
      ...(internal ? {} : { lookup: lookupOutside }),
    });
    request.on("response", (response) => {
      const { statusCode: status = 0, headers } = response;
      resolve({ status, location: locationOf(headers.location), retryAfter: headers["retry-after"] });
      request.destroy();
    });
    request.on("error", (error: NodeJS.ErrnoException) => reject(error instanceof InternalAddress ? error : new NoAnswer(reasonOf(error, timeout))));
    request.end();
  });
}

function reasonOf(error: NodeJS.ErrnoException, timeout: number): string {
  if (error.name === "AbortError" || error.name === "TimeoutError") return `no answer within ${timeout / 1000} s`;
  const code = error.code ?? "";
  return REASONS[code] ?? (code === "" ? error.message : `${error.message.replaceAll("\n", " ")} (${code})`);
}
