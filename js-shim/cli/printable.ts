/**
 * Text from outside, as it can be shown: names of files, arguments, rules, requests, what the system says. What would steer
 * the terminal, break the line or turn the text around is written as an escape.
 */

/** C0, DEL and C1, line and paragraph separators, and the marks of the bidirectional algorithm (UAX #9). */
const STEERING = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** On one line. */
export function printable(text: string): string {
  return text.replace(STEERING, escaped);
}

/** Several lines stay so. */
export function printableLines(text: string): string {
  return text.replace(STEERING, (character) => (character === "\n" ? character : escaped(character)));
}

/** JSON, which means the same afterwards: what is steering in it stands in a string. */
export function printableJson(text: string): string {
  return text.replace(STEERING, (character) => (character === "\n" ? character : `\\u${hex(character, 4)}`));
}

function escaped(character: string): string {
  if (character === "\n") return "\\n";
  return character < "\u0100" ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`;
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, "0");
}
