// What cloudfront-js-2.0 documents of the language: everything else in a function is an error here.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
import assert from "node:assert/strict";
import { tool } from "../shared/project.mjs";

const acorn = await tool("acorn");

/**
 * Nodes of the language that there are; for…in as in AWS's own example,
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/example-function-normalize-query-string.html.
 * Not among them: classes, generators, for…of, destructuring, spread of values, ?. and ??.
 */
const NODES = new Set([
  "Program", "ImportDeclaration", "ImportDefaultSpecifier", "FunctionDeclaration", "VariableDeclaration", "VariableDeclarator", "ReturnStatement", "IfStatement",
  "BlockStatement", "ExpressionStatement", "ForStatement", "ForInStatement", "WhileStatement", "TryStatement", "CatchClause", "EmptyStatement", "ArrowFunctionExpression", "CallExpression",
  "MemberExpression", "Identifier", "Literal", "ArrayExpression", "ObjectExpression", "Property", "ConditionalExpression", "LogicalExpression", "BinaryExpression",
  "UnaryExpression", "UpdateExpression", "AssignmentExpression", "SequenceExpression", "RestElement", "AwaitExpression",
]);
/** Names that a function may use without declaring them. */
const GLOBALS = new Set(["Object", "String", "Math", "Buffer", "decodeURIComponent", "parseInt", "undefined"]);
const MODULES = new Set(["cloudfront"]);

/** Throws an AssertionError for source that the runtime may not take. */
export function checkSyntax(source) {
  const bytes = Buffer.byteLength(source);
  assert(bytes <= 10240, `the source has ${bytes} bytes`);
  assert(/^[\x09\x0a\x20-\x7e]*$/.test(source), "the source has characters beyond ASCII");
  const program = acorn.parse(source, { ecmaVersion: 2018, sourceType: "module" });
  const declared = new Set();
  const used = new Set();
  walk(program, (node, parent, member) => {
    assert(NODES.has(node.type), `${node.type} is not in the documented language: ${source.slice(node.start, node.end).slice(0, 80)}`);
    assert(!(node.async && (parent.type !== "Program" || node.type === "ArrowFunctionExpression")), "an async closure");
    assert(!node.generator, "a generator");
    if (node.type === "ImportDeclaration") assert(MODULES.has(node.source.value), `there is no module ${node.source.value}`);
    if (node.type === "Literal" && node.regex) assert(/^[gimy]*$/.test(node.regex.flags) && !/\(\?<[=!]|\\[pPk]/.test(node.regex.pattern), `a regular expression: ${node.raw}`);
    if (node.type !== "Identifier") return;
    const declares = (parent.type === "VariableDeclarator" && member === "id") || member === "params" || (parent.type === "FunctionDeclaration" && member === "id")
      || parent.type === "ImportDefaultSpecifier" || (parent.type === "CatchClause" && member === "param") || parent.type === "RestElement";
    const named = (parent.type === "MemberExpression" && member === "property" && !parent.computed) || (parent.type === "Property" && member === "key" && !parent.computed);
    if (declares) declared.add(node.name);
    else if (!named) used.add(node.name);
  });
  for (const name of used) assert(declared.has(name) || GLOBALS.has(name), `${name} is not declared`);
}

function walk(node, see, parent = {}, member = "") {
  see(node, parent, member);
  for (const [name, value] of Object.entries(node)) {
    if (name === "regex") continue;
    for (const child of Array.isArray(value) ? value : [value]) if (child && typeof child.type === "string") walk(child, see, node, name);
  }
}
