/** What the formats escape in the target of a request, undone: rules look at what the viewer sent. */

export type Undo = (text: string) => string;

/**
 * CloudFront encodes values once more than the viewer did: `/a%20b` is `/a%2520b`.
 *
 * `%25` stays where no two digits follow: a percent sign alone is not valid in a URL.
 */
export const ofCloudFront: Undo = (text) => (text.includes("%25") ? text.replace(/%25(?=[0-9a-f]{2})/gi, "%") : text);

/** Letters after a backslash, as Apache has them in C style. */
const CONTROLS: Record<string, string> = { b: "%08", t: "%09", n: "%0A", v: "%0B", f: "%0C", r: "%0D" };

/** Apache and nginx write a byte that is not printable as `\xhh`. It stays one byte, percent-encoded; no URL holds it otherwise. */
export const ofCombined: Undo = (text) =>
  text.includes("\\") ? text.replace(/\\(?:x([0-9a-f]{2})|(.))/gis, (_, hex: string | undefined, other = "") => (hex === undefined ? (CONTROLS[other] ?? other) : ofByte(hex))) : text;

function ofByte(hex: string): string {
  const byte = parseInt(hex, 16);
  return byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `%${hex.toUpperCase()}`;
}
