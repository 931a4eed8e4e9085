/** Where rules are wanted on CloudFront, as options say it. */
import { Option } from "commander";
import { type Preferences, RUNS, type Runs } from "#dist/tools/cloudfront-split.js";
import { InputError } from "../input-error.js";

const PLACES = ["functions", "lambda", "policies"] as const;
type Place = (typeof PLACES)[number];

export interface PreferenceOptions {
  readonly prefer?: readonly Place[];
  readonly at?: Readonly<Record<string, Runs>>;
}

export function preferOption(): Option {
  return new Option("--prefer <places>", "where rules run on CloudFront, with a folder: functions (the default) or lambda; policies besides").argParser((text: string): Place[] => {
    const words = text.split(",").map((word) => word.trim());
    const places = words.map((word) => PLACES.find((place) => place === word) ?? fail(`--prefer ${word} is not a place`, `one of ${PLACES.join(", ")}; several are separated by commas`));
    if (places.includes("functions") && places.includes("lambda")) fail("--prefer functions and lambda exclude each other", "name one of them");
    return places;
  });
}

export function atOption(): Option {
  return new Option("--at <rule=place>", `where a single rule runs, as redirects[3]=lambda: ${RUNS.join(", ")}; may be given several times`).argParser((text: string, before: Readonly<Record<string, Runs>> = {}) => {
    const [, place, word] = /^(.+)=([^=]*)$/.exec(text) ?? [];
    const runs = RUNS.find((name) => name === word);
    if (place === undefined || runs === undefined) return fail(`--at ${text} does not say where a rule runs`, `write redirects[3]=lambda, or another of ${RUNS.join(", ")}`);
    return { ...before, [place]: runs };
  });
}

export function preferencesOf({ prefer = [], at = {} }: PreferenceOptions): Preferences {
  return { functions: !prefer.includes("lambda"), policies: prefer.includes("policies"), rules: at };
}

/** Whether the options say anything. */
export function hasPreferences({ prefer, at }: PreferenceOptions): boolean {
  return prefer !== undefined || at !== undefined;
}

function fail(message: string, help: string): never {
  throw new InputError(message, { help });
}
