/** Workflow commands of GitHub Actions, which become annotations of lines in a pull request. */
import type { Finding } from "#dist/tools/check.js";
import { inRepository } from "./in-repository.js";
import { printable, printableLines } from "./printable.js";

export interface Annotation {
  readonly level: "error" | "warning" | "notice";
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly title: string;
  readonly message: string;
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands: what ends a line or a property is escaped. */
export function annotation({ level, file, line, column, title, message }: Annotation): string {
  const properties = { file: printable(inRepository(file)), line, col: line === undefined ? undefined : column, title: printable(title) };
  const written = Object.entries(properties).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${escaped(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C")}`]));
  return `::${level} ${written.join(",")}::${escaped(printableLines(message))}`;
}

/** A finding, at its line. */
export function annotationOf({ file, line, column, code, severity, place, message, help }: Finding): string {
  const about = line === undefined && place !== "" ? `${place}: ${message}` : message;
  return annotation({ level: severity === "note" ? "notice" : severity, file, line, column, title: code, message: help === "" ? about : `${about}\n${help}` });
}

function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
