/** An answer on its way to the viewer: headers as events show them, and the bytes of the body. */
import type { HeaderMap } from "../message.js";

export interface Made {
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderMap;
  readonly body: Buffer;
  /** What the origin itself answered; where a function answered, its status. */
  readonly originStatus: number;
  readonly xCache: string;
  /** Whether the file that it was made from has changed since. */
  readonly changed?: (() => boolean) | undefined;
}
