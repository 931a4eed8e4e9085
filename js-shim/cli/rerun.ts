/** `--watch`: the same again whenever a file changes, until Ctrl-C. */
import { Option } from "commander";
import { USAGE } from "./exit.js";
import { InputError } from "./input-error.js";
import { interrupted } from "./interrupted.js";
import { isModule } from "./module.js";
import { coloursOf, printError } from "./output.js";
import { printable } from "./printable.js";

export function watchOption(): Option {
  return new Option("-w, --watch", "run again whenever a file changes, until Ctrl-C");
}

/**
 * @param site the folder whose files the rules depend on
 * @returns the exit code of the last run
 */
export async function rerun(files: readonly string[], site: string | undefined, run: () => number | Promise<number>): Promise<number> {
  const { watchFiles } = await import("../local-edge/watch.js");
  const { dim } = coloursOf(process.stderr);
  let code = await attempt(run);
  let running = Promise.resolve();
  const real = files.filter((file) => file !== "-");
  const stop = watchFiles(() => ({ files: real, modules: real.filter(isModule), site }), (changed) => {
    // One after the other: their lines must not mix.
    running = running.then(async () => {
      process.stderr.write(`\n${dim(`${changed.map(printable).join(", ")} changed`)}\n`);
      code = await attempt(run);
    });
  });
  process.stderr.write(`${dim("Ctrl-C stops watching.")}\n`);
  await interrupted();
  await running;
  await stop();
  return code;
}

/** A file that cannot be read now may be a moment later. */
async function attempt(run: () => number | Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    printError(error);
    return USAGE;
  }
}
