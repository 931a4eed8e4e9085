/**
 * What of a module can be compiled: calls such as `lambdaEdge(rules)` of an entry of selvedge, where `rules` is all that is
 * imported of a file: its default export or, of a module of rules, its `rules`. It is done only where nothing else in the module would notice. Otherwise the module stays as it is, and works as
 * it does without the plugin.
 */
import { ENTRIES } from "#dist/generated/handlers.js";
import { type FactName, FACTS, type Platform } from "#dist/generated/names.js";
import { afterBracket, type Import, type ModuleText, readModule, type Token, usesOf } from "./module-text.js";
import { isRulesModule } from "./rules-module.js";

/** An entry of selvedge, the files of rules that it is called with, and for what they are compiled. */
export interface Compilable {
  readonly entry: string;
  readonly importOfEntry: Import;
  readonly importsOfRules: readonly ImportOfRules[];
  readonly platform: Platform;
  /** What the calls name as `facts`. */
  readonly facts: readonly FactName[];
}

/** The import of a file of rules, and what they are called here. */
export interface ImportOfRules extends Import {
  readonly local: string;
}

/** An entry that keeps the compiler although it is called with a file of rules. */
export interface Kept {
  readonly start: number;
  readonly message: string;
}

export function callsOf(code: string, isRules: (specifier: string) => boolean): { readonly compilable: Compilable[]; readonly kept: Kept[] } {
  const compilable: Compilable[] = [];
  const kept: Kept[] = [];
  const text = readModule(code);
  const files = new Map<string, ImportOfRules>();
  for (const statement of text.imports) {
    const local = isRules(statement.specifier) ? nameOfRules(statement) : undefined;
    if (local !== undefined) files.set(local, { ...statement, local });
  }
  if (files.size === 0) return { compilable, kept };
  for (const statement of text.imports) {
    const entry = /^selvedge\/([a-z-]+)$/.exec(statement.specifier)?.[1];
    const known = entry === undefined ? undefined : ENTRIES[entry];
    if (entry === undefined || known === undefined) continue;
    const found = judge(statement, known.maker, text, files);
    if (found === undefined) continue;
    if (typeof found === "string") kept.push({ start: statement.start, message: `selvedge/${entry} keeps the compiler: ${found}` });
    else compilable.push({ entry, importOfEntry: statement, platform: known.platform, ...found });
  }
  return { compilable, kept };
}

/** What rules of a file are called in a module. */
function nameOfRules({ whole, named, specifier }: Import): string | undefined {
  const isRules = (exported: string): boolean => exported === "default" || (exported === "rules" && isRulesModule(specifier));
  return whole ?? named.find(({ exported }) => isRules(exported))?.local;
}

/** Why an entry has to stay; nothing where no file of rules is given to it. */
function judge(
  entry: Import,
  maker: string,
  { rest }: ModuleText,
  files: ReadonlyMap<string, ImportOfRules>,
): Pick<Compilable, "importsOfRules" | "facts"> | string | undefined {
  const makers = entry.named.filter(({ exported }) => exported === maker).map(({ local }) => local);
  const given = new Set<string>();
  const facts = new Set<FactName>();
  let calls = 0;
  let others: string | undefined;
  for (const name of makers) {
    for (const at of usesOf(name, rest)) {
      const call = callAt(rest, at);
      const file = call && files.has(call.first) ? call.first : undefined;
      if (call === undefined || file === undefined) {
        others = `${name} is also used with something else than rules imported from a file`;
        continue;
      }
      calls++;
      given.add(file);
      if (hasMember("key", call.rest)) others = "the call names a key; give it to the plugin, or in the variable SELVEDGE_KEY";
      if (hasMember("facts", call.rest)) for (const fact of FACTS) if (hasMember(fact, call.rest)) facts.add(fact);
    }
  }
  if (calls === 0) return undefined;
  if (others !== undefined) return others;
  if (entry.whole !== undefined || entry.takesAll) return "it is imported as a whole";
  if (entry.named.some(({ exported }) => exported === "RulesError")) return "RulesError is imported from it, which compiled rules never throw";
  const uses = [...given].flatMap((name) => [...usesOf(name, rest)]).length;
  if (uses > calls) return `${[...given].join(" or ")} is used elsewhere in the module, where it has to be rules`;
  const importsOfRules = [...given].map((name) => files.get(name)!);
  const joined = importsOfRules.find(({ whole, named, takesAll }) => takesAll || (whole === undefined ? 0 : 1) + named.length > 1);
  if (joined !== undefined) return `something else is imported with ${joined.local}, in the same statement`;
  return { importsOfRules, facts: [...facts] };
}

/** The call of the name at a token: its first argument, if that is a name, and what follows it. */
function callAt(tokens: readonly Token[], name: number): { readonly first: string; readonly rest: readonly Token[] } | undefined {
  let at = name + 1;
  // The types of a call in TypeScript.
  if (tokens[at]?.value === "<") at = afterBracket(tokens, at);
  if (tokens[at]?.value !== "(") return undefined;
  const [first, next] = [tokens[at + 1], tokens[at + 2]];
  if (first?.type !== "IdentifierName" || (next?.value !== "," && next?.value !== ")")) return undefined;
  return { first: first.value, rest: tokens.slice(at + 2, afterBracket(tokens, at)) };
}

/** Whether an object among these tokens has a member of this name. */
function hasMember(name: string, tokens: readonly Token[]): boolean {
  return [...usesOf(name, tokens)].some((at) => /^[:,}(]$/.test(tokens[at + 1]?.value ?? ""));
}
