/** The key of a build, and where it comes from. */
import { Option } from "commander";
import { InputError } from "./input-error.js";
import { readText } from "./input.js";

export interface KeyOptions {
  readonly key?: string;
  readonly keyFile?: string;
}

export interface Key {
  /** `undefined`: a new one is made. */
  readonly text: string | undefined;
  readonly from: "--key" | "--key-file" | typeof VARIABLE | "random";
}

const VARIABLE = "SELVEDGE_KEY";
const MIN_LENGTH = 16;

export function keyOption(): Option {
  return new Option("--key <text>", `the secret for the notes between stages; prefer ${VARIABLE}, as shells keep a history`);
}

export function keyFileOption(): Option {
  return new Option("--key-file <file>", "the file that holds it").conflicts("key");
}

/** The key that a build is given. One that is there but too short, as an empty variable is, is an error. */
export function keyOf({ key, keyFile }: KeyOptions): Key {
  const variable = process.env[VARIABLE];
  if (key !== undefined) return checked(key, "--key");
  if (keyFile !== undefined) return checked(readText(keyFile).replace(/\r?\n$/, ""), "--key-file");
  if (variable !== undefined) return checked(variable, VARIABLE);
  return { text: undefined, from: "random" };
}

function checked(text: string, from: Key["from"]): Key {
  const { length } = [...text];
  if (length >= MIN_LENGTH) return { text, from };
  throw new InputError(`the key has ${length} characters; a secret has at least ${MIN_LENGTH}`, { where: from, help: "take a longer text, for example of openssl rand -hex 32" });
}
