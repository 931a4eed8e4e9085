/** Findings as SARIF 2.1.0 (OASIS), for code scanning. */
import type { Finding } from "#dist/tools/check.js";
import { inRepository } from "./in-repository.js";
import { sectionAddress } from "./lints.js";
import { addressOf, version } from "./manifest.js";

export function sarif(findings: readonly Finding[]): object {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "selvedge",
            version: version(),
            informationUri: addressOf("README.md"),
            rules: codes.map((code) => ({ id: code, helpUri: sectionAddress(code) })),
          },
        },
        // As findings count them.
        columnKind: "unicodeCodePoints",
        results: findings.map((finding) => resultOf(finding, codes.indexOf(finding.code))),
      },
    ],
  };
}

function resultOf({ file, code, severity, place, line, column, length, message, help }: Finding, ruleIndex: number): object {
  const region = line === undefined || column === undefined ? undefined : { startLine: line, startColumn: column, endColumn: column + Math.max(1, length ?? 1) };
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: help === "" ? message : `${message}\n${help}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...(region && { region }) },
        ...(place !== "" && { logicalLocations: [{ fullyQualifiedName: place }] }),
      },
    ],
  };
}

/** A reference from the top of the repository. */
function uriOf(file: string): string {
  return inRepository(file).replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
}
