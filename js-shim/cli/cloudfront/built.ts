/** A folder that `selvedge build --platform cloudfront` wrote, read again. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError, systemError } from "../input-error.js";
import type { Deployment, Policies } from "./deployment.js";

export function readBuilt(folder: string): Deployment {
  const policies = textIn(folder, "policies.json");
  if (policies === null) {
    throw new InputError("is not a folder that selvedge build wrote: it has no policies.json", { where: folder, help: "write: selvedge build rules.json --platform cloudfront -o FOLDER/" });
  }
  return { function: textIn(folder, "function.js"), store: textIn(folder, "store.json"), lambda: textIn(folder, "lambda/index.js"), policies: JSON.parse(policies) as Policies };
}

/** `null` where there is no such file. */
function textIn(folder: string, name: string): string | null {
  const file = join(folder, name);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw systemError(file, error);
  }
}
