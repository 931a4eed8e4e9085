/** What answers after the edge. */
import type { HeaderMap } from "../message.js";

/** What the origin is asked. The path has that of the origin in front. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: HeaderMap;
  readonly body?: Buffer | undefined;
  /** How long it may take to answer, in seconds. */
  readonly seconds: number;
}

export interface OriginAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderMap;
  readonly body: Buffer;
  /** Whether what it was made from has changed since. */
  readonly changed?: () => boolean;
}

export interface OriginServer {
  /** For people: the URL or the file that is asked. */
  address(asked: Asked): string;
  answer(asked: Asked): Promise<OriginAnswer>;
  /** Throws an `OriginError` where its name leads nowhere. */
  find?(): Promise<void>;
}
