// The built command line as a process of its own, in a folder of its own.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const SELVEDGE = fileURLToPath(new URL("../../../pkg/dist/cli/selvedge.js", import.meta.url));

/** Runs `selvedge ARGS…`; a last argument that is an object may give `cwd`, `input` and `env`. */
export function selvedge(...args) {
  const { cwd, input, env } = typeof args.at(-1) === "object" ? args.pop() : {};
  const { NO_COLOR, ...without } = process.env;
  const ran = spawnSync(process.execPath, [SELVEDGE, ...args], { cwd, input, env: { ...without, ...env }, maxBuffer: 1 << 28 });
  const printed = ran.stdout.toString();
  return { code: ran.status, out: printed, bytes: ran.stdout, err: ran.stderr.toString(), json: () => JSON.parse(printed) };
}

/** A folder with these files, removed after the test. */
export function folder(test, files) {
  const path = mkdtempSync(join(tmpdir(), "selvedge-cli-"));
  test.after(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), typeof content === "object" && !Buffer.isBuffer(content) ? JSON.stringify(content) : content);
  }
  return path;
}
