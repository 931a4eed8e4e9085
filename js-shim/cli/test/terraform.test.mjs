// The modules of pkg/terraform: HashiCorp's own parser, and what the provider knows of each resource (terraform/provider.json). Terraform
// itself is asked where it is on PATH, for the form alone: it takes the provider from a registry of its own.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { parse } from "@cdktf/hcl2json";

const MODULES = new URL("../../../pkg/terraform/", import.meta.url);
const PROVIDER = JSON.parse(readFileSync(new URL("terraform/provider.json", import.meta.url), "utf8"));
/** What every resource may have, besides what its provider knows. */
const META = ["count", "for_each", "depends_on", "lifecycle", "provider"];

/** All files of a module as one. */
async function read(name) {
  const folder = new URL(`${name}/`, MODULES);
  const merged = {};
  for (const file of readdirSync(folder).sort()) {
    for (const [kind, members] of Object.entries(await parse(file, readFileSync(new URL(file, folder), "utf8")))) {
      if (Array.isArray(members)) (merged[kind] ??= []).push(...members);
      else for (const [label, value] of Object.entries(members)) (merged[kind] ??= {})[label] = { ...merged[kind][label], ...value };
    }
  }
  return merged;
}

/** What is wrong with a block, by its place. */
function* wrong(place, block, known) {
  const { dynamic = {}, ...rest } = block;
  const inner = { ...rest, ...Object.fromEntries(Object.entries(dynamic).map(([name, [{ content }]]) => [name, content])) };
  for (const [name, value] of Object.entries(inner)) {
    if (META.includes(name)) continue;
    const { [name]: nested } = known.blocks;
    if (nested !== undefined) for (const one of [value].flat()) yield* wrong(`${place}.${name}`, one, nested);
    else if (!Object.hasOwn(known.attributes, name)) yield `${place}.${name} is unknown`;
  }
  for (const [name, need] of Object.entries(known.attributes)) if (need === "required" && !(name in inner)) yield `${place}.${name} is missing`;
  for (const [name, { required }] of Object.entries(known.blocks)) if (required && !(name in inner)) yield `${place}.${name} is missing`;
}

/** The expressions in a module. */
function* expressions(value) {
  if (typeof value === "string") for (const [, expression] of value.matchAll(/\$\{((?:[^{}]|\{[^{}]*\})*)\}/g)) yield expression;
  else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) yield* expressions(inner);
}

function* unresolved(module, others) {
  for (const expression of expressions(module)) {
    for (const [whole, kind, name] of expression.matchAll(/\b(var|local)\.(\w+)/g)) {
      const there = kind === "var" ? module.variable : Object.assign({}, ...(module.locals ?? []));
      if (!Object.hasOwn(there ?? {}, name)) yield whole;
    }
    for (const [whole, name, output] of expression.matchAll(/\bmodule\.(\w+)\.(\w+)/g)) if (!Object.hasOwn(others[name]?.output ?? {}, output)) yield whole;
    for (const [whole, isData, type, name, attribute] of expression.matchAll(/\b(data\.)?(aws_\w+)\.(\w+)(?:\[[^\]]*\])?\.(\w+)/g)) {
      const { [type]: known } = isData ? PROVIDER.data : PROVIDER.resources;
      const { [type]: made } = (isData ? module.data : module.resource) ?? {};
      if (!Object.hasOwn(made ?? {}, name) || !(attribute === "id" || known.readable.includes(attribute) || Object.hasOwn(known.attributes, attribute))) yield whole;
    }
  }
}

const [rules, site] = [await read("rules"), await read("site")];

for (const [name, module] of Object.entries({ rules, site })) {
  test(`${name}: the provider knows every block and argument, and has all that it needs`, () => {
    const found = [];
    for (const [kind, resources] of [["resource", PROVIDER.resources], ["data", PROVIDER.data]]) {
      for (const [type, named] of Object.entries(module[kind] ?? {})) {
        if (type === "archive_file") continue;
        assert.ok(resources[type], `${type} is not in provider.json`);
        for (const [label, [block]] of Object.entries(named)) found.push(...wrong(`${type}.${label}`, block, resources[type]));
      }
    }
    assert.deepEqual(found, []);
  });

  test(`${name}: what an expression names is there`, () => {
    assert.deepEqual([...unresolved(module, { rules })], []);
  });
}

test("the site gives the rules what they take", () => {
  const { source, ...given } = site.module.rules[0];
  assert.deepEqual(Object.keys(given).sort(), Object.keys(rules.variable).sort());
});

test("the example gives the site what it takes, and asks for what it has", async () => {
  const example = await parse("main.tf", readFileSync(new URL("../../../examples/terraform/main.tf", import.meta.url), "utf8"));
  const { source, ...given } = example.module.site[0];
  assert.equal(source, "./node_modules/selvedge/terraform/site");
  for (const name of Object.keys(given)) assert.ok(Object.hasOwn(site.variable, name), name);
  for (const [name, { 0: variable }] of Object.entries(site.variable)) assert.ok("default" in variable || Object.hasOwn(given, name), name);
  assert.deepEqual([...unresolved(example, { site })], []);
});

test("Terraform would write them as they are", { skip: spawnSync("terraform", ["version"]).status !== 0 && "there is no terraform on PATH" }, () => {
  const { stdout, stderr, status } = spawnSync("terraform", ["fmt", "-check", "-diff", "-recursive", fileURLToPath(MODULES)], { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
});
