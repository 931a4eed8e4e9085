// What users see of the package in their editor: every public declaration has a doc comment, and so has each of its members;
// of what may be left out, it says what happens then; every function and every kind of rule has an example.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

// The compiler in use has no API that is stable; the one that the JSON Schema is made with has.
const require = createRequire(import.meta.url);
const ts = createRequire(require.resolve("ts-json-schema-generator"))("typescript");

const shim = new URL("../", import.meta.url);
const SOURCES = fileURLToPath(new URL("src/", shim));
const ADAPTERS = JSON.parse(readFileSync(new URL("adapters.json", shim), "utf8")).map(({ entry }) => entry);
const FORMS = ["plain", "compiled", "compiled/small", "compiled/regex", "bytes"];
const entries = ["index", "compile/compile", "tools/dialect", ...FORMS.flatMap((form) => ADAPTERS.map((name) => `${form}/${name}`))];
const { config } = ts.readConfigFile(fileURLToPath(new URL("tsconfig.json", shim)), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, fileURLToPath(shim));
const program = ts.createProgram(entries.map((entry) => `${SOURCES}${entry}.ts`), options);
const checker = program.getTypeChecker();

/** Public declarations by where they are written: one may be exported by several entries. */
const declarations = new Map();
for (const entry of entries) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(`${SOURCES}${entry}.ts`));
  for (const symbol of checker.getExportsOfModule(module)) {
    const real = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    for (const declaration of real.declarations ?? []) {
      if (declaration.getSourceFile().fileName.startsWith(SOURCES)) declarations.set(nameOf(declaration), declaration);
    }
  }
}

function nameOf(node) {
  return `${node.getSourceFile().fileName.slice(SOURCES.length)}: ${node.name.text}`;
}

/** The members that a user sees: of an interface, of a class, and of an object type in a union. */
function membersOf(declaration) {
  const found = [];
  const collect = (node) => {
    for (const member of node.members ?? []) {
      const isPrivate = ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private || (member.name && ts.isPrivateIdentifier(member.name));
      if (!isPrivate && !ts.isCallSignatureDeclaration(member) && !ts.isConstructorDeclaration(member)) found.push(member);
    }
  };
  if (ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration)) collect(declaration);
  return found;
}

function commentOf(node) {
  return ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).map((doc) => doc.getText()).join("\n");
}

/** What TypeScript's own library documents. */
const INHERITED = new Set(["Error"]);

test("the declarations of all entries are found", () => {
  assert.ok(entries.length >= 27, entries.join(", "));
  for (const name of ["rules/redirect.ts: RedirectTo", "index.ts: defineRules", "tools/engine.ts: Engine", "adapters/node/types.ts: NodeHooks"]) assert.ok(declarations.has(name), name);
});

test("every public declaration and member has a doc comment", () => {
  const silent = [];
  for (const [name, declaration] of declarations) {
    if (commentOf(declaration) === "") silent.push(name);
    for (const member of membersOf(declaration)) {
      if (INHERITED.has(declaration.heritageClauses?.[0]?.types[0].expression.getText()) && member.name.text === "name") continue;
      if (commentOf(member) === "") silent.push(`${name}.${member.name?.getText()}`);
    }
  }
  assert.deepEqual(silent, []);
});

/** It tells two types apart, and nobody writes it. */
function isHidden(member) {
  return /@hidden/.test(commentOf(member));
}

test("a hover shows the text of each member of a rule, where a list takes rules of two kinds", () => {
  const file = `${SOURCES}hover.ts`;
  const rules = `import type { Rules } from "./rules/rules.js";
export const rules: Rules = {
  redirects: [{ from: "/a", to: "/b", when: {}, fallback: true, at: "viewer-request" }, { from: "/a", pass: true, when: {}, fallback: true }],
  rewrites: [{ from: "/a", to: "/b", when: {}, fallback: true }, { from: "/a", pass: true, when: {} }],
  origins: [{ for: "/a", to: { custom: { domainName: "a.example" } }, when: {} }, { for: "/b", pass: true, when: {} }],
};`;
  const service = ts.createLanguageService({
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => ts.ScriptSnapshot.fromString(name === file ? rules : (ts.sys.readFile(name) ?? "")),
    getCurrentDirectory: () => fileURLToPath(shim),
    getCompilationSettings: () => options,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: ts.sys.readFile,
  });
  assert.deepEqual(service.getSemanticDiagnostics(file).map(({ messageText }) => messageText), []);
  const textAt = (at) => ts.displayPartsToString(service.getQuickInfoAtPosition(file, at)?.documentation);
  const members = [...rules.matchAll(/(?:from|for|to|pass|when|fallback|at):/g)];
  assert.ok(members.length >= 21);
  assert.deepEqual(members.filter(({ index }) => textAt(index) === "").map(({ index }) => rules.slice(index, index + 20)), []);
});

test("a member that may be left out says what happens then", () => {
  const silent = [];
  for (const [name, declaration] of declarations) {
    for (const member of membersOf(declaration)) {
      if (member.questionToken && !isHidden(member) && !/@default |\bdefault\b|\bwithout it\b|\babsent\b/i.test(commentOf(member))) silent.push(`${name}.${member.name.getText()}`);
    }
  }
  assert.deepEqual(silent, []);
});

test("every function and every kind of rule has an example", () => {
  const bare = [];
  for (const [name, declaration] of declarations) {
    const isRule = name.startsWith("rules/") && ts.isInterfaceDeclaration(declaration) && name !== "rules/pattern.ts: Exceptions";
    // The forms of an adapter take the same, but for the rules.
    if (/^(compiled|bytes)\//.test(name)) continue;
    const wanted = isRule ? /@example \{/ : ts.isFunctionDeclaration(declaration) || ts.isClassDeclaration(declaration) ? /```js\n/ : undefined;
    if (wanted && !/Error$/.test(name) && !wanted.test(commentOf(declaration))) bare.push(name);
  }
  assert.deepEqual(bare, []);
});

test("members of rules have an example, but for those that are true or false", () => {
  const bare = [];
  for (const [name, declaration] of declarations) {
    if (!name.startsWith("rules/")) continue;
    for (const member of membersOf(declaration)) {
      if (isHidden(member)) continue;
      if (member.type.getText() !== "boolean" && !/@example /.test(commentOf(member))) bare.push(`${name}.${member.name.getText()}`);
    }
  }
  assert.deepEqual(bare, []);
});
