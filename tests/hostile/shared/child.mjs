// A server in another runtime, as a child process that says its port.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** @returns `{ port, close }`; a process that ends by itself is a failure */
export async function child(command, args) {
  const process = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  process.stderr.setEncoding("utf8").on("data", (text) => (errors = (errors + text).slice(-4000)));
  let isClosing = false;
  const ended = once(process, "exit").then(([code, signal]) => {
    if (!isClosing) throw new Error(`the server ended by itself, with ${signal ?? code}:\n${errors}`);
  });
  const lines = createInterface(process.stdout);
  const [port] = await Promise.race([once(lines, "line"), ended.then(() => [])]);
  return {
    port: Number(port),
    close() {
      isClosing = true;
      process.kill();
      return ended;
    },
  };
}
