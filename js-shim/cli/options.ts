/** Options that several verbs take, so that they are spelled and explained alike. */
import { InvalidArgumentError, Option } from "commander";
import type { Platform } from "#dist/compile/compile.js";
import { FACTS, PLATFORMS } from "#dist/generated/names.js";
import { DIALECTS, FORMS } from "./form.js";
import { InputError } from "./input-error.js";
import { nearest } from "./nearest.js";

/** An option that is one of some words; for a misspelt one the error says which was probably meant. */
export function choice(flags: string, description: string, words: readonly string[]): Option {
  const option = new Option(flags, description).choices(words);
  const parse = option.parseArg;
  return option.argParser((given: string, before: unknown) => {
    try {
      return parse?.(given, before);
    } catch (error) {
      const near = nearest(given, words);
      if (near === undefined || !(error instanceof InvalidArgumentError)) throw error;
      throw new InvalidArgumentError(`${error.message}\n(Did you mean ${near}?)`);
    }
  });
}

/** An option that is a whole number. */
export function numberOption(flags: string, description: string, min: number, max = Infinity): Option {
  return new Option(flags, description).argParser((text: string) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It is a whole number from ${min}${max === Infinity ? " on" : ` to ${max}`}.`);
  });
}

/** Files that verbs take. */
export const RULE_FILES = "rules: *.json, *.jsonc, *.mjs, *.js, *.ts, _redirects, _headers, netlify.toml, vercel.json, *.csv, *.tsv, *.jsonl, *.xlsx, .htaccess, httpd.conf, nginx.conf, firebase.json, staticwebapp.config.json, web.config, *.s3.json, *.amplify.json, *.caddy.json";

export function platformOption(): Option {
  return choice("-p, --platform <name>", "the platform that the rules run on", PLATFORMS);
}

/** The platform, where a verb cannot do without. (Commander would ask for it before it sees that `--platfrom` is given.) */
export function needed(platform: Platform | undefined): Platform {
  if (platform !== undefined) return platform;
  throw new InputError("the platform is missing", { help: `add --platform NAME, one of ${PLATFORMS.join(", ")}` });
}

export function dialectOption(): Option {
  const option = choice("-d, --dialect <name>", "whose _redirects and _headers these are", DIALECTS);
  const parse = option.parseArg;
  return option.argParser((given: string, before: unknown) => {
    const form = FORMS.find((name) => name === given || name.split("-")[0] === given);
    if (form === undefined || DIALECTS.some((name) => name === given)) return parse?.(given, before);
    throw new InvalidArgumentError(`Allowed choices are ${DIALECTS.join(", ")}.\n(Did you mean --form ${form}? check and convert take it; other verbs go by the file's name)`);
  });
}

export function formOption(): Option {
  return choice("--form <form>", "the form of the files, where their names do not say it", FORMS);
}

export function columnsOption(): Option {
  return new Option("--columns <names>", "which columns of a table hold what: from=NAME,to=NAME,status=NAME, or their numbers");
}

export function sheetOption(): Option {
  return new Option("--sheet <name>", "which sheet of an *.xlsx, or its number; needed where several have something in them");
}

export function siteOption(): Option {
  return new Option("--site <folder>", "the folder that is served: its files decide what is a page, and which lines give way");
}

/** May be given several times. */
export function factOption(): Option {
  return choice("--fact <name...>", "what the adapter is given beyond what the platform knows", FACTS);
}

/** @param what is done with links then */
export function followOption(what: string): Option {
  return new Option("--follow-links", what).default(false);
}

export function strictOption(): Option {
  return new Option("--strict", "refuse a file with a line that cannot be honoured, instead of leaving the line out");
}

export function jsonOption(): Option {
  return new Option("--json", "print JSON, for other programs");
}
