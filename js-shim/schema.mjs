// The JSON Schemas of rules and of the distribution of `selvedge dev --config`, from the types that TypeScript has: one text
// explains a member in both, with its default and an example.
// Draft-07, which VS Code knows best. `node schema.mjs FILE TYPE TITLE OUT`.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createGenerator } from "ts-json-schema-generator";

const [file, type, title, out] = process.argv.slice(2);
const generator = createGenerator({
  path: fileURLToPath(new URL(file, import.meta.url)),
  tsconfig: fileURLToPath(new URL("tsconfig.json", import.meta.url)),
  type,
  topRef: false,
  encodeRefs: false,
  // `cargo xtask build` checks the types anyway.
  skipTypeCheck: true,
});

const { definitions, ...root } = generator.createSchema(type);
const named = Object.fromEntries(Object.entries(definitions).filter(([name]) => isNamed(name)));
const schema = {
  $schema: root.$schema,
  title,
  ...inlined(root),
  // Words of VS Code: both may hold comments.
  allowComments: true,
  allowTrailingCommas: type !== "Rules",
  definitions: inlined(named),
};
writeFileSync(out, `${JSON.stringify(schema, null, 2)}\n`);

/** What has arguments, as `OneOrMore<string>`, has no name of its own. */
function isNamed(name) {
  return !name.includes("<");
}

/** Definitions without a name of their own stand where they are used; a description there wins. */
function inlined(value) {
  if (Array.isArray(value)) return value.map(inlined);
  if (typeof value !== "object" || value === null) return value;
  const { $ref, ...rest } = value;
  const name = $ref?.slice("#/definitions/".length);
  if (name !== undefined && !isNamed(name)) return inlined({ ...definitions[name], ...rest });
  return Object.fromEntries(Object.entries(explained(value)).map(([key, each]) => [key, inlined(each)]));
}

/** Editors show the description of a member of JSON without its default. */
function explained(value) {
  const { description, default: standard } = value;
  if (typeof description !== "string" || standard === undefined) return value;
  return { ...value, description: `${description} Default: \`${JSON.stringify(standard)}\`.` };
}
