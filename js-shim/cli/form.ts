/** Which form a file has: by its name, or as the caller says. */
import { basename, extname } from "node:path";
import { type Dialect, DIALECTS, HOSTS } from "#dist/generated/names.js";
import { InputError } from "./input-error.js";
import { isModule } from "./module.js";
import { nearest } from "./nearest.js";

export { type Dialect, DIALECTS };

export const FORMS = ["rules", "redirects", "headers", "netlify-toml", "vercel-json", "table", "apache", "nginx", ...HOSTS] as const;
export type Form = (typeof FORMS)[number];

/** Whether a name says that a file holds rules. Much JSON does not. */
export function holdsRules(file: string): boolean {
  const form = anyForm(file);
  return form === "rules" ? basename(file).includes("rules") : form !== undefined;
}

/** Whether a name says what form the file has. */
export function hasForm(file: string): boolean {
  return knownForm(file) !== undefined;
}

/** The form of a file of this name. @param takesForm whether the verb has --form */
export function formOf(file: string, takesForm = false): Form {
  const form = anyForm(file);
  if (form !== undefined) return form;
  const ending = extname(file).toLowerCase();
  if (basename(file) === "customHttp.yml") {
    throw new InputError("of Amplify, redirects are read, and not headers", { where: file, help: 'write each pattern as a rule: { "headers": [{ "for": "/docs/*", "set": { "X-Frame-Options": "DENY" } }] }' });
  }
  if ([".yaml", ".yml"].includes(ending)) {
    throw new InputError("rules are not read from YAML", { where: file, help: "write them as JSON, which may have comments, or in a module that exports them" });
  }
  if (basename(file) === "Caddyfile" || ending === ".caddyfile") {
    throw new InputError("a Caddyfile is read in the form that Caddy itself makes of it", { where: file, help: "run: caddy adapt --config Caddyfile > site.caddy.json; and name that file" });
  }
  if ([".html", ".htm", ".xhtml"].includes(ending)) {
    throw new InputError("a page of the site is not a file of rules", { where: file, help: "name the files of rules; --site FOLDER is for the pages" });
  }
  throw new InputError("nothing in this name says what form the file has", {
    where: file,
    help: `name it _redirects, _headers, netlify.toml, vercel.json, *.csv, *.tsv, *.jsonl or *.xlsx for a table, .htaccess, httpd.conf, nginx.conf, firebase.json, staticwebapp.config.json, web.config, *.s3.json, *.amplify.json, *.caddy.json, or *.json, *.jsonc, *.js, *.mjs or *.ts for Selvedge's rules${takesForm ? "; or say --form" : ""}`,
  });
}

/** A module says nothing by its name; where rules are expected, it exports them. */
function anyForm(file: string): Form | undefined {
  return knownForm(file) ?? (isModule(file) ? "rules" : undefined);
}

function knownForm(file: string): Form | undefined {
  const name = basename(file);
  if (name === "-") return "rules";
  if (name === "netlify.toml" || name.endsWith(".netlify.toml")) return "netlify-toml";
  if (name === "vercel.json" || name.endsWith(".vercel.json")) return "vercel-json";
  if (name === "_redirects" || name.endsWith("._redirects") || name.endsWith(".redirects")) return "redirects";
  if (name === "_headers" || name.endsWith("._headers") || name.endsWith(".headers")) return "headers";
  if (name === "nginx.conf" || name.endsWith(".nginx.conf")) return "nginx";
  const host = HOSTS.find((host) => name === HOST_FILES[host] || name.endsWith(`.${host}.json`));
  if (host !== undefined) return host;
  if (name.endsWith(".htaccess") || name === "httpd.conf" || name === "apache2.conf") return "apache";
  if ([".csv", ".tsv", ".jsonl", ".ndjson", ".xlsx", ".xlsm"].includes(extname(name).toLowerCase())) return "table";
  return [".json", ".jsonc"].includes(extname(name)) ? "rules" : undefined;
}

/** The usual names of hosts' configurations; others end in the host's name, as `site.s3.json`. */
const HOST_FILES: Partial<Record<(typeof HOSTS)[number], string>> = { firebase: "firebase.json", iis: "web.config", "static-web-app": "staticwebapp.config.json" };

/** What a column may hold, without blanks, case and punctuation; the same words as in the engine's `Column`. */
const COLUMNS = ["from", "to", "host", "status", "code", "regex", "permanent", "enabled", "casesensitive", "preservequerystring", "subpathmatching", "preservepathsuffix", "includesubdomains"];

/** Which column of a table holds what, as `from=Old address,to=2` says it. */
export function columnsOf(given: string | undefined): readonly (readonly [string, string])[] | undefined {
  return given?.split(",").map((pair) => {
    const [what, name] = pair.split(/=(.*)/s, 2);
    if (what && name) {
      const known = what.toLowerCase().replace(/[^a-z0-9]/g, "");
      if (COLUMNS.includes(known)) return [what.trim(), name.trim()] as const;
      const near = nearest(known, COLUMNS);
      throw new InputError(`--columns has ${JSON.stringify(what)}, which no column holds`, { help: near === undefined ? `known: ${COLUMNS.join(", ")}` : `did you mean "${near}"?` });
    }
    throw new InputError(`--columns has ${JSON.stringify(pair)}`, { help: "write --columns from=NAME,to=NAME,status=NAME, or the numbers of the columns" });
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
