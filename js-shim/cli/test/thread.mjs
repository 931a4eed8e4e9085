// The command line run many times in one thread: its entry is evaluated anew for each run, what it imports is kept.
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";

const { port, done, program } = workerData;
const entry = pathToFileURL(program);
/** Thrown where a process would have ended. */
const END = new Error("the process has ended");
let answer;

parentPort.on("message", async ({ args, env, run }) => {
  const printed = { stdout: [], stderr: [] };
  answer = (code) => {
    answer = () => {};
    port.postMessage({ code, out: Buffer.concat(printed.stdout), err: Buffer.concat(printed.stderr) });
    Atomics.store(done, 0, 1);
    Atomics.notify(done, 0);
  };
  for (const name of ["stdout", "stderr"]) {
    process[name].removeAllListeners("error");
    process[name].write = (chunk, encoding, written = encoding) => {
      printed[name].push(Buffer.from(chunk, typeof encoding === "string" ? encoding : "utf8"));
      if (typeof written === "function") process.nextTick(written);
      return true;
    };
  }
  process.argv = [process.execPath, program, ...args];
  process.env = env;
  process.exitCode = undefined;
  process.exit = (code = process.exitCode) => {
    answer(code ?? 0);
    throw END;
  };
  await import(`${entry}?run=${run}`).catch(fault);
  answer(process.exitCode ?? 0);
});

process.on("uncaughtException", fault);

/** As Node does with what nobody catches. */
function fault(error) {
  if (error === END) return;
  process.stderr.write(`${error?.stack ?? error}\n`);
  answer(1);
}
