// The built command line, in a folder of its own.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";

export const SELVEDGE = fileURLToPath(new URL("../../../pkg/dist/cli/selvedge.js", import.meta.url));

/** Each run as a process of its own, as people run it: `cargo xtask test --only suites-in-each-node` asks for it. */
const APART = process.env.SELVEDGE_APART === "1";

/** Verbs that take signals, and start threads that must end with the process. */
const OF_PROCESSES = new Set(["dev", "precompress"]);

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

/**
 * Runs `selvedge ARGS…`; a last argument that is an object may give `cwd`, `input` and `env`, and with `apart` asks for a
 * process of its own. Others share a thread: of a thousand runs, half a second each is the start of Node and of WebAssembly.
 */
export function selvedge(...args) {
  const { cwd, input, env, apart = input !== undefined || OF_PROCESSES.has(args[0]) || APART } = typeof args.at(-1) === "object" ? args.pop() : {};
  const { NO_COLOR, ...without } = process.env;
  const run = { args, cwd, input, env: { ...without, ...env } };
  const { code, out, err } = apart ? asProcess(run) : inThread(run);
  const printed = out.toString();
  return { code, out: printed, bytes: out, err: err.toString(), json: () => JSON.parse(printed) };
}

function asProcess({ args, ...options }) {
  const ran = spawnSync(process.execPath, [SELVEDGE, ...args], { ...options, maxBuffer: 1 << 28, timeout: PATIENCE, killSignal: "SIGKILL" });
  if (ran.error?.code === "ETIMEDOUT") throw tooLong(args);
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

let thread;
let runs = 0;

function inThread({ args, cwd, env }) {
  thread ??= started();
  const { worker, port, done } = thread;
  const before = process.cwd();
  if (cwd !== undefined) process.chdir(cwd);
  try {
    Atomics.store(done, 0, 0);
    worker.postMessage({ args, env, run: runs++ });
    if (Atomics.wait(done, 0, 0, PATIENCE) === "timed-out") throw tooLong(args);
    const { code, out, err } = receiveMessageOnPort(port).message;
    return { code, out: Buffer.from(out), err: Buffer.from(err) };
  } finally {
    process.chdir(before);
  }
}

function started() {
  const { port1, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL("thread.mjs", import.meta.url), { workerData: { port: port2, done, program: SELVEDGE }, transferList: [port2] });
  worker.unref();
  return { worker, port: port1, done };
}

function tooLong(args) {
  thread = undefined;
  return new Error(`selvedge ${args.join(" ").slice(0, 200)}: no end after ${PATIENCE / 1000} seconds`);
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
