/** Flags that say what a platform tells of a viewer. */
import { InvalidArgumentError } from "commander";
import { VIEWER_FACTS } from "#dist/tools/viewer-fact.js";

export function viewerFlag(fact: keyof typeof VIEWER_FACTS): (text: string) => string {
  const { form, read } = VIEWER_FACTS[fact];
  return (text) => {
    const value = read(text);
    if (value === undefined) throw new InvalidArgumentError(form);
    return value;
  };
}

/** One that may be given several times. */
export function viewerFlags(fact: keyof typeof VIEWER_FACTS): (text: string, before: readonly string[]) => string[] {
  const one = viewerFlag(fact);
  return (text, before) => [...before, one(text)];
}
