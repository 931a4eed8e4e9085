// The built command line as a process of its own, in a folder of its own.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const SELVEDGE = fileURLToPath(new URL("../../../pkg/dist/cli/selvedge.js", import.meta.url));

/** What a slow and busy machine needs for any of these; a wait that is longer is for something that never comes. */
export const PATIENCE = 120_000;

/** Waits until `condition` is true; `complaint` says what was waited for, and how far it came. */
export async function until(condition, complaint, child) {
  const started = Date.now();
  for (;;) {
    const value = condition();
    if (value) return value;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended: ${complaint()}`);
    if (Date.now() - started > PATIENCE) throw new Error(`for ${PATIENCE / 1000} seconds ${complaint()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Runs `selvedge ARGS…`; a last argument that is an object may give `cwd`, `input` and `env`. */
export function selvedge(...args) {
  const { cwd, input, env } = typeof args.at(-1) === "object" ? args.pop() : {};
  const { NO_COLOR, ...without } = process.env;
  const ran = spawnSync(process.execPath, [SELVEDGE, ...args], { cwd, input, env: { ...without, ...env }, maxBuffer: 1 << 28, timeout: PATIENCE, killSignal: "SIGKILL" });
  if (ran.error?.code === "ETIMEDOUT") throw new Error(`selvedge ${args.join(" ").slice(0, 200)}: ${ran.error.message}`);
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
