/** Files of JSON with comments and trailing commas, as people write settings. */
import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";
import { readText } from "./input.js";
import { InputError } from "./input-error.js";

export function readJsonc(file: string): unknown {
  const errors: ParseError[] = [];
  const text = readText(file);
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error === undefined) return value;
  const lines = text.slice(0, error.offset).split("\n");
  throw new InputError(`is not JSON: ${printParseErrorCode(error.error)}`, { where: `${file}:${lines.length}:${(lines.at(-1) ?? "").length + 1}` });
}
