/**
 * What a JavaScript or TypeScript module of the user's exports, as JSON. It is loaded in a process of its own: each time
 * anew, with all that it imports, and whatever it does there ends with it.
 */
import { spawnSync } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "./input-error.js";
import { type Loaded, MODULES, type Wanted } from "./loaded.js";
import { isTypeScript, nodeArguments, withoutWarnings } from "./typescript.js";

const ENDINGS = new Set([".js", ".mjs", ".cjs"]);
const MAX_MILLISECONDS = 60_000;
const MAX_BYTES = 1 << 28;
/** What Node ends with where nothing is left to do, and the main module still waits. */
const UNSETTLED = 13;

export function isModule(file: string): boolean {
  return ENDINGS.has(extname(file)) || isTypeScript(file);
}

/** The JSON text of what is exported. */
export function readModule(file: string, wanted: Wanted): string {
  const options = nodeArguments(file);
  if (options === undefined) {
    throw new InputError(`Node ${process.version} does not load TypeScript`, {
      where: file,
      help: "use Node 22.18 or later, or npm install --save-dev tsx, or write it in JavaScript as *.mjs",
    });
  }
  // Node warns of modules in a package of type commonjs, which are loaded after that.
  const loaded = load(file, wanted, [...options, ...withoutWarnings("Warning")]);
  // As bundlers take them: `import` and `export` make a module, whatever package.json says of its type.
  const taken = "message" in loaded && loaded.isSyntaxOfModules ? load(file, wanted, options, MODULES) : loaded;
  if ("text" in taken) return taken.text;
  throw new InputError(taken.message, { where: taken.place === "" ? file : `${file}: ${taken.place}`, help: taken.help });
}

function load(file: string, wanted: Wanted, options: readonly string[], ...how: readonly string[]): Loaded {
  const program = fileURLToPath(new URL("./load-module.js", import.meta.url));
  // What it prints is for people, and not part of what the verb prints. The answer has a channel of its own.
  const { error, signal, status, output } = spawnSync(process.execPath, [...options, program, file, wanted, ...how], {
    stdio: ["ignore", 2, 2, "pipe"],
    timeout: MAX_MILLISECONDS,
    maxBuffer: MAX_BYTES,
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ETIMEDOUT") {
    throw new InputError(`did not finish loading in ${MAX_MILLISECONDS / 1000} s`, { where: file, help: "look for an await that waits forever" });
  }
  const answer = output?.[3]?.toString() ?? "";
  if (answer !== "") return JSON.parse(answer) as Loaded;
  if (status === UNSETTLED) throw new InputError("waits at its top level for what never comes", { where: file, help: "look for an await that nothing ends" });
  const ending = signal === null ? `code ${status}` : signal;
  throw new InputError(`ended the process with ${ending} while it was loaded`, { where: file, help: "a file of rules must not call process.exit" });
}
