/**
 * What of a module can be compiled: calls such as `lambdaEdge(rules)` of an entry of selvedge, where `rules` is all that is
 * imported of a file: its default export or, of a module of rules, its `rules`. It is done only where nothing else in the module would notice. Otherwise the module stays as it is, and works as
 * it does without the plugin.
 */
import { ENTRIES } from "#dist/generated/handlers.js";
import { type FactName, FACTS, type Platform } from "#dist/generated/names.js";
import { holdsRules } from "../cli/form.js";
import { afterBracket, type Import, type ModuleText, readModule, type Token, usesOf } from "./module-text.js";
import { isRulesModule } from "./rules-module.js";

/** An entry of selvedge, the files of rules that it is called with, and for what they are compiled. */
export interface Compilable {
  readonly entry: string;
  readonly importOfEntry: Import;
  readonly importsOfRules: readonly ImportOfRules[];
  /** Where calls name a member of all that is imported: the plan is the whole of its module. */
  readonly members: readonly { readonly start: number; readonly end: number }[];
  readonly platform: Platform;
  /** What the calls name as `facts`. */
  readonly facts: readonly FactName[];
}

/** The import of a file of rules, and what they are called here. */
export interface ImportOfRules extends Import {
  readonly local: string;
  /** The file; nothing where the path is not a relative one. */
  readonly file: string | undefined;
}

/** An entry that keeps the compiler although a file of rules is imported. */
export interface Kept {
  readonly start: number;
  readonly message: string;
}

/** @param fileOf the file that a relative path means */
export function callsOf(code: string, fileOf: (specifier: string) => string, isRules: (file: string) => boolean): { readonly compilable: Compilable[]; readonly kept: Kept[] } {
  const compilable: Compilable[] = [];
  const kept: Kept[] = [];
  const text = readModule(code);
  const files = new Map<string, ImportOfRules>();
  for (const statement of text.imports) {
    const isRelative = /^\.{0,2}\//.test(statement.specifier);
    const file = isRelative ? fileOf(statement.specifier) : statement.specifier;
    const local = isRules(file) ? nameOfRules(statement, file) : undefined;
    if (local !== undefined) files.set(local, { ...statement, local, file: isRelative ? file : undefined });
  }
  if (files.size === 0) return { compilable, kept };
  const judged = text.imports.flatMap((statement) => {
    const entry = /^selvedge\/([a-z-]+)$/.exec(statement.specifier)?.[1];
    const known = entry === undefined ? undefined : ENTRIES[entry];
    return entry === undefined || known === undefined ? [] : [{ entry, statement, ...known, ...judge(statement, known.maker, text, files) }];
  });
  for (const { entry, statement, maker, platform, calls, reason, found, inside } of judged) {
    const keep = (why: string): unknown => kept.push({ start: statement.start, message: `selvedge/${entry} keeps the compiler: ${why}` });
    if (calls.length > 0) {
      if (reason === undefined) compilable.push({ entry, importOfEntry: statement, platform, ...found });
      else keep(reason);
      continue;
    }
    const other = judged.flatMap(({ calls }) => calls.map(({ local }) => local));
    const lost = inside ?? [...files.values()].find(({ local, file, specifier }) => isNamedAsRules(file ?? specifier) && [...usesOf(local, text.rest)].length > other.filter((name) => name === local).length)?.local;
    if (lost !== undefined) keep(`${lost} is not all that ${maker} is called with; join rules in a module, such as edge.rules.mjs`);
  }
  return { compilable, kept };
}

/** Much JSON holds something else. */
function isNamedAsRules(file: string): boolean {
  return isRulesModule(file) || holdsRules(file);
}

/** What rules of a file are called in a module, or the object that has them. */
function nameOfRules({ whole, named, space }: Import, file: string): string | undefined {
  const isRules = (exported: string): boolean => exported === "default" || (exported === "rules" && isRulesModule(file));
  return whole ?? named.find(({ exported }) => isRules(exported))?.local ?? space;
}

interface Judged {
  /** The calls with rules of a file alone. */
  readonly calls: readonly Call[];
  /** Why the entry has to stay nevertheless. */
  readonly reason: string | undefined;
  /** The name of rules of a file that are a part of what a call has. */
  readonly inside: string | undefined;
  readonly found: Pick<Compilable, "importsOfRules" | "members" | "facts">;
}

function judge(entry: Import, maker: string, { rest }: ModuleText, files: ReadonlyMap<string, ImportOfRules>): Judged {
  const calls: Call[] = [];
  const facts = new Set<FactName>();
  let others: string | undefined;
  let inside: string | undefined;
  const makers = entry.named.filter(({ exported }) => exported === maker).flatMap(({ local }) => [...usesOf(local, rest)]);
  for (const at of entry.space === undefined ? [] : usesOf(entry.space, rest)) {
    const member = rest[at + 1]?.value === "." ? rest[at + 2]?.value : undefined;
    if (member === maker) makers.push(at + 2);
    else if (member === undefined || member === "RulesError") others = `${entry.space} is used for more than what compiled rules have`;
  }
  for (const at of makers) {
    const call = callAt(rest, at);
    if (call === undefined || !isOfFile(call, files.get(call.local))) {
      others = `${rest[at]!.value} is also used with something else than rules imported from a file`;
      inside ??= [...files.keys()].find((local) => [...usesOf(local, argumentsAt(rest, at))].length > 0);
      continue;
    }
    calls.push(call);
    if (hasMember("key", call.rest)) others = "the call names a key; give it to the plugin, or in the variable SELVEDGE_KEY";
    if (hasMember("facts", call.rest)) for (const fact of FACTS) if (hasMember(fact, call.rest)) facts.add(fact);
  }
  const given = [...new Set(calls.map(({ local }) => local))];
  const importsOfRules = given.map((name) => files.get(name)!);
  const found = { importsOfRules, members: calls.flatMap(({ member }) => (member === undefined ? [] : [member])), facts: [...facts] };
  return { calls, found, inside, reason: others ?? reasonOf(entry, importsOfRules, given.flatMap((name) => [...usesOf(name, rest)]).length > calls.length) };
}

function reasonOf(entry: Import, rules: readonly ImportOfRules[], isUsedElsewhere: boolean): string | undefined {
  if (entry.whole !== undefined) return "it is imported as a whole";
  if (entry.named.some(({ exported }) => exported === "RulesError")) return "RulesError is imported from it, which compiled rules never throw";
  if (isUsedElsewhere) return `${rules.map(({ local }) => local).join(" or ")} is used elsewhere in the module, where it has to be rules`;
  const joined = rules.find(({ whole, named, space }) => [whole, space].filter((name) => name !== undefined).length + named.length > 1);
  if (joined !== undefined) return `something else is imported with ${joined.local}, in the same statement`;
  const elsewhere = rules.find(({ file }) => file === undefined);
  return elsewhere && `${elsewhere.specifier} is not a relative path`;
}

/** A call whose first argument is a name, or a member of one. */
interface Call {
  readonly local: string;
  /** Where the member stands, with its dot, and what it is called. */
  readonly member: { readonly start: number; readonly end: number; readonly name: string } | undefined;
  /** What follows. */
  readonly rest: readonly Token[];
}

/** The call of the name at a token. */
function callAt(tokens: readonly Token[], name: number): Call | undefined {
  const open = openingAt(tokens, name);
  const first = tokens[open + 1];
  if (tokens[open]?.value !== "(" || first?.type !== "IdentifierName") return undefined;
  const last = tokens[open + 2]?.value === "." ? tokens[open + 3] : undefined;
  const end = afterTypes(tokens, open + (last === undefined ? 2 : 4));
  if (tokens[end]?.value !== "," && tokens[end]?.value !== ")") return undefined;
  const member = last && { start: first.start + first.value.length, end: last.start + last.value.length, name: last.value };
  return { local: first.value, member, rest: tokens.slice(end, afterBracket(tokens, open)) };
}

/** Where the arguments of a call begin, after its types in TypeScript. */
function openingAt(tokens: readonly Token[], name: number): number {
  return tokens[name + 1]?.value === "<" ? afterBracket(tokens, name + 1) : name + 1;
}

function argumentsAt(tokens: readonly Token[], name: number): readonly Token[] {
  const open = openingAt(tokens, name);
  return tokens[open]?.value === "(" ? tokens.slice(open, afterBracket(tokens, open)) : [];
}

/** What TypeScript says of a value: `as any`, `satisfies Rules`, `!`. */
function afterTypes(tokens: readonly Token[], from: number): number {
  let at = from;
  if (tokens[at]?.value === "!") at++;
  if (!/^(?:as|satisfies)$/.test(tokens[at]?.value ?? "")) return at;
  while (at < tokens.length && tokens[at]!.value !== "," && tokens[at]!.value !== ")") at = /^[<([{]$/.test(tokens[at]!.value) ? afterBracket(tokens, at) : at + 1;
  return at;
}

/** Whether what is given are the rules of the file: they are a member of all that is imported, and of nothing else. */
function isOfFile({ member }: Call, rules: ImportOfRules | undefined): boolean {
  if (rules === undefined) return false;
  if (rules.local !== rules.space) return member === undefined;
  return member?.name === "default" || (member?.name === "rules" && isRulesModule(rules.file ?? rules.specifier));
}

/** Whether an object among these tokens has a member of this name. */
function hasMember(name: string, tokens: readonly Token[]): boolean {
  return [...usesOf(name, tokens)].some((at) => /^[:,}(]$/.test(tokens[at + 1]?.value ?? ""));
}
