// What a platform's own build does before it uploads: one module of a program and what it imports.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const esbuild = process.env.ESBUILD ?? fileURLToPath(new URL("../../../js-shim/node_modules/.bin/esbuild", import.meta.url));

/** @returns the files by name, as bytes: `main.js`, and `.wasm` files that it imports */
export function bundle(entry, ...options) {
  const folder = mkdtempSync(join(tmpdir(), "selvedge-bundle-"));
  try {
    const flags = ["--bundle", "--format=esm", "--loader:.wasm=copy", "--entry-names=main", "--log-level=warning", `--outdir=${folder}`];
    execFileSync(esbuild, [fileURLToPath(entry), ...flags, ...options]);
    return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
