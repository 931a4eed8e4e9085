/** A value that only those know who were told: drawn anew in each run. */
import { randomBytes, timingSafeEqual } from "node:crypto";

export class Secret {
  readonly value = randomBytes(24).toString("base64url");

  isKnownBy(given: string): boolean {
    const [one, other] = [Buffer.from(given), Buffer.from(this.value)];
    return one.length === other.length && timingSafeEqual(one, other);
  }
}
