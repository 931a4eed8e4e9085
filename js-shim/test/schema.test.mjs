// The JSON Schema, by a validator: what the rules' own reader takes is valid, and what it refuses for a reason that a
// schema can see is not. Every member that the reader knows is in the schema, and none besides.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Ajv } from "ajv";
import { compile, RulesError } from "../../pkg/dist/compile/compile.js";
import { blocks, documents } from "../../tests/readme/blocks.mjs";

const root = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const schema = JSON.parse(read("pkg/schema.json"));
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, keywords: ["allowComments", "allowTrailingCommas"] });
const validate = ajv.compile(schema);

const CASES = readdirSync(new URL("tests/cases", root)).filter((name) => name.endsWith(".json"));
const cases = CASES.flatMap((file) => {
  const content = JSON.parse(read(`tests/cases/${file}`));
  return Object.values(content).flatMap((group) => (Array.isArray(group) ? group.map((each) => ({ file, ...each })) : []));
});

/** What a schema can see of what is wrong: names, kinds of values, words, ranges. */
const VISIBLE = /^(unknown field|expected |"\w+" is missing)/;

/** The problems of rules, on a platform where all can be seen. */
function problemsOf(rules) {
  try {
    compile(rules, { platform: "fetch", facts: ["country", "device"] });
    return [];
  } catch (error) {
    if (error instanceof RulesError) return error.problems;
    throw error;
  }
}

/** A member that is null counts as absent; the schema would rather have it gone. */
function withoutNulls(value) {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null).map(([name, each]) => [name, withoutNulls(each)]));
}

function assertValid(rules, what) {
  assert.ok(validate(withoutNulls(rules)), `${what}: ${ajv.errorsText(validate.errors)}`);
}

test("it is a schema that explains every member", () => {
  assert.equal(schema.$schema, "http://json-schema.org/draft-07/schema#");
  const silent = [];
  for (const [name, { properties = {} }] of [["Rules", schema], ...Object.entries(schema.definitions)]) {
    for (const [member, { description, $ref }] of Object.entries(properties)) {
      const inherited = schema.definitions[$ref?.slice("#/definitions/".length)]?.description;
      if (!description && !inherited) silent.push(`${name}.${member}`);
    }
  }
  assert.deepEqual(silent, []);
});

/** Every member and definition of the schema that has examples, with what its own schema is. */
function explained(node, place = "", found = []) {
  if (typeof node !== "object" || node === null) return found;
  if (Array.isArray(node.examples)) found.push({ place, node });
  for (const [key, value] of Object.entries(node)) if (!["examples", "default", "enum"].includes(key)) explained(value, `${place}/${key}`, found);
  return found;
}

test("examples and defaults are of the kind that the member takes, and the examples of rules are rules", () => {
  const members = explained(schema);
  assert.ok(members.length > 120, `${members.length}`);
  for (const { place, node } of members) {
    const own = ajv.compile({ ...node, $schema: undefined, definitions: schema.definitions });
    for (const value of [...node.examples, ...("default" in node ? [node.default] : [])]) {
      assert.ok(own(value), `${place}: ${JSON.stringify(value)}: ${ajv.errorsText(own.errors)}`);
    }
  }
  assert.deepEqual(problemsOf(schema.examples[0]), []);
  const kinds = Object.entries(schema.properties).flatMap(([kind, { anyOf = [], $ref }]) => {
    const rules = [{ $ref }, ...anyOf].map((each) => schema.definitions[each.$ref?.slice("#/definitions/".length)]);
    return rules.flatMap((rule) => [rule, ...(rule?.anyOf ?? []).map((each) => schema.definitions[each.$ref.slice("#/definitions/".length)])])
      .filter((rule) => rule?.properties)
      .flatMap((rule) => rule.examples.map((example) => ({ kind, example })));
  });
  assert.ok(kinds.length >= 14, `${kinds.length}`);
  for (const { kind, example } of kinds) assert.deepEqual(problemsOf({ [kind]: example }), [], `${kind}: ${JSON.stringify(example)}`);
  for (const [kind, { examples = [] }] of Object.entries(schema.properties)) {
    if (kind !== "$schema") for (const example of examples) assert.deepEqual(problemsOf({ [kind]: example }), [], kind);
  }
});

test("all rules of the cases that are good are valid", () => {
  const good = cases.filter(({ rules }) => typeof rules === "object" && problemsOf(rules).length === 0);
  assert.ok(good.length > 200, `${good.length} of ${cases.length}`);
  for (const { file, name, rules } of good) assertValid(rules, `${file}, ${name}`);
});

test("the rules in the documents and the examples are valid", () => {
  const shown = documents().flatMap((file) => blocks(read(file)).map((block) => ({ file, ...block })));
  const rules = shown.filter(({ language, words }) => language === "json" && !words.includes("error"));
  assert.ok(rules.length > 15);
  for (const { file, line, text } of rules) {
    const value = JSON.parse(text);
    if (problemsOf(value).length === 0) assertValid(value, `${file}, line ${line}`);
  }
  assertValid(JSON.parse(read("examples/story/rules.json")), "the story");
});

test("what is wrong in a way that a schema can see is invalid", () => {
  let seen = 0;
  const passed = [];
  for (const { file, name, rules } of cases.filter(({ problems }) => problems)) {
    if (typeof rules !== "object") continue;
    const visible = problemsOf(rules).filter(({ message }) => VISIBLE.test(message));
    if (visible.length === 0) continue;
    seen++;
    if (validate(rules)) passed.push(`${file}, ${name}: ${visible[0].message}`);
  }
  assert.ok(seen > 20, `${seen}`);
  assert.deepEqual(passed, []);
});

describe("the members of each object are those that the reader knows", () => {
  const X = { zzzzzzzz: 1 };
  const condition = (when) => ({ redirects: [{ from: "/", to: "/", when }] });
  const origin = (to) => ({ origins: [{ for: "/", to }] });
  // What a rule does, or that it passes: the reader takes the members of both to say what does not go together.
  const UNIONS = {
    RedirectRule: ["RedirectTo", "RedirectPass"],
    RewriteRule: ["RewriteTo", "RewritePass"],
    OriginRule: ["OriginTo", "OriginPass"],
  };
  const definition = (ref) => ref?.slice("#/definitions/".length);
  // The type of a kind's rules stands in its member, which takes a single rule as well as a list.
  const kinds = Object.entries(schema.properties).flatMap(([kind, { $ref, anyOf = [] }]) => {
    const name = [{ $ref }, ...anyOf].map((each) => definition(each.$ref)).find((each) => schema.definitions[each]?.properties || UNIONS[each]);
    return name ? [[name, { [kind]: X }]] : [];
  });
  // A document with an unknown member in the object: the reader's complaint lists what it knows there.
  const OBJECTS = {
    Rules: X,
    ...Object.fromEntries(kinds),
    Variant: { experiments: [{ name: "a", for: "/", cookie: "c", variants: [X] }] },
    S3Origin: origin({ s3: X }),
    CustomOrigin: origin({ custom: X }),
    Files: { headers: [{ for: { files: true, ...X } }] },
    Replacement: { headers: [{ replace: { A: X } }] },
    DroppedParameters: { redirects: [{ from: "/a", to: "/b", query: X }] },
    Condition: condition(X),
    TestParts: condition({ host: X }),
  };
  const parts = (name) => UNIONS[name] ?? [name];
  // Kinds that have one stage: the reader takes `at` to say so.
  const isFixed = (rules) => {
    const [[kind]] = Object.entries(rules);
    return problemsOf({ [kind]: { at: "viewer-request" } }).some(({ message }) => message.startsWith("this kind of rule always runs at"));
  };

  test("every object of the schema is looked at", () => {
    const objects = Object.entries(schema.definitions).filter(([, { properties }]) => properties).map(([name]) => name);
    assert.deepEqual(Object.keys(OBJECTS).flatMap(parts).sort(), ["Rules", ...objects].sort());
  });

  for (const [name, rules] of Object.entries(OBJECTS)) {
    test(name, () => {
      const problem = problemsOf(rules).find(({ place, message }) => place.endsWith("zzzzzzzz") && message === "unknown field");
      const known = /^known here: (.*)$/.exec(problem?.help)?.[1].split(", ");
      if (known?.includes("at") && isFixed(rules)) known.splice(known.indexOf("at"), 1);
      const objects = name === "Rules" ? [schema] : parts(name).map((part) => schema.definitions[part]);
      const members = new Set(objects.flatMap(({ properties }) => Object.keys(properties)));
      assert.deepEqual([...members].filter((member) => member !== "$schema").sort(), known?.sort());
    });
  }
});
