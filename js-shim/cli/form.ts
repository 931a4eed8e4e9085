/** Which form a file has: by its name, or as the caller says. */
import { basename, extname } from "node:path";
import { type Dialect, DIALECTS } from "#dist/generated/names.js";
import { InputError } from "./input-error.js";

export { type Dialect, DIALECTS };

export const FORMS = ["rules", "redirects", "headers", "netlify-toml", "vercel-json"] as const;
export type Form = (typeof FORMS)[number];

/** The form of a file of this name. */
export function formOf(file: string): Form {
  const name = basename(file);
  if (name === "-") return "rules";
  if (name === "netlify.toml" || name.endsWith(".netlify.toml")) return "netlify-toml";
  if (name === "vercel.json" || name.endsWith(".vercel.json")) return "vercel-json";
  if (name === "_redirects" || name.endsWith("._redirects") || name.endsWith(".redirects")) return "redirects";
  if (name === "_headers" || name.endsWith("._headers") || name.endsWith(".headers")) return "headers";
  if ([".json", ".jsonc"].includes(extname(name))) return "rules";
  throw new InputError("nothing in this name says what form the file has", {
    where: file,
    help: "name it _redirects, _headers, netlify.toml, vercel.json, or *.json or *.jsonc for Selvedge's rules",
  });
}

/** The dialect of a file, where its form has dialects: the same line means different things to different vendors. */
export function dialectOf(file: string, form: Form, given: string | undefined): Dialect | undefined {
  if (form !== "redirects" && form !== "headers") return undefined;
  const known = DIALECTS.find((dialect) => dialect === given);
  if (known) return known;
  throw new InputError("the same line means different things to different vendors", {
    where: file,
    help: `say whose file it is: ${DIALECTS.map((dialect) => `--dialect ${dialect}`).join(" or ")}`,
  });
}
