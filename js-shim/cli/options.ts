/** Options that several verbs take, so that they are spelled and explained alike. */
import { Option } from "commander";
import type { Platform } from "#dist/compile/compile.js";
import { FACTS, PLATFORMS } from "#dist/generated/names.js";
import { DIALECTS } from "./form.js";
import { InputError } from "./input-error.js";

/** What a viewer may have. */
export const DEVICES = ["desktop", "mobile", "tablet", "smarttv", "ios", "android"] as const;

export function platformOption(): Option {
  return new Option("-p, --platform <name>", "the platform that the rules run on").choices(PLATFORMS);
}

/** The platform, where a verb cannot do without. (Commander would ask for it before it sees that `--platfrom` is given.) */
export function needed(platform: Platform | undefined): Platform {
  if (platform !== undefined) return platform;
  throw new InputError("the platform is missing", { help: `add --platform NAME, one of ${PLATFORMS.join(", ")}` });
}

export function dialectOption(): Option {
  return new Option("-d, --dialect <name>", "whose _redirects and _headers these are").choices(DIALECTS);
}

export function siteOption(): Option {
  return new Option("--site <folder>", "the folder that is served: lines that give way to existing files take these");
}

/** May be given several times. */
export function factOption(): Option {
  return new Option("--fact <name...>", "what the adapter is given beyond what the platform knows").choices(FACTS);
}

/** @param what is done with links then */
export function followOption(what: string): Option {
  return new Option("--follow-links", what).default(false);
}

export function jsonOption(): Option {
  return new Option("--json", "print JSON, for other programs");
}
