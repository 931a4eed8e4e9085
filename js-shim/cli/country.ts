import { InvalidArgumentError } from "commander";

/** ISO 3166-1 alpha-2, as the platforms say it. */
export function country(text: string): string {
  if (!/^[A-Za-z]{2}$/.test(text)) throw new InvalidArgumentError("It is a code of two letters, such as DE (ISO 3166-1).");
  return text.toUpperCase();
}
