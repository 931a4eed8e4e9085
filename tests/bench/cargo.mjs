// Programs of the Rust crates.
import { spawnSync } from "node:child_process";
import { root } from "./package.mjs";

/** The binary of an example of the crate, wherever cargo puts it. */
export function example(name) {
  const args = ["build", "--quiet", "--release", "--package", "selvedge", "--example", name];
  const { status, error, stdout } = spawnSync(process.env.CARGO ?? "cargo", [...args, "--message-format=json-render-diagnostics"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw error ?? new Error(`cargo ended with ${status}`);
  const messages = stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const artifact = messages.find(({ target, executable }) => target?.name === name && executable);
  if (artifact === undefined) throw new Error(`cargo built no ${name}`);
  return artifact.executable;
}
