/**
 * The plugin for every bundler. A module that calls an entry with a file of rules is rewritten: the entry becomes its compiled
 * twin, and the file a module that holds the plan. `unplugin` gives each bundler what it wants.
 */
import { dirname, isAbsolute, relative, resolve } from "node:path";
import picocolors from "picocolors";
import { createUnplugin, type UnpluginBuildContext, type UnpluginContext } from "unplugin";
import type { FactName, Platform } from "#dist/generated/names.js";
import type { Finding } from "#dist/tools/check.js";
import { COMPILED, type CompiledForm } from "#dist/tools/plan-facts.js";
import { renderFindings } from "../cli/findings.js";
import { fileOf } from "../cli/dependencies.js";
import { hasForm } from "../cli/form.js";
import { callsOf } from "./calls.js";
import type { Options } from "./options.js";
import { type Compiled, compileFile, type Target } from "./rule-file.js";
import { isRulesModule } from "./rules-module.js";

type Context = UnpluginBuildContext & UnpluginContext;

const NAME = "selvedge";
/** What follows the path of a file in the name of the module that holds its plan. */
const PLAN = /^(.+)\.selvedge-([a-z]+)((?:\+[a-z]+)*)\.mjs$/;
const PLANS = /\.selvedge-[a-z+]+\.mjs$/;
/** Files that no bundler reads by itself. */
const VENDORS = /(?:^|[./\\])_(?:redirects|headers)$|(?:^|[./\\])netlify\.toml$/;
const MODULES = /\.[cm]?[jt]sx?$/;
const WIDTH = 120;
const COLOURLESS = picocolors.createColors(false);

export const plugin = createUnplugin<Options | undefined>((options = {}, { framework }) => {
  let compiled = new Map<string, Compiled>();
  /** Each file once in a build. */
  const once = (file: string, target: Target | undefined): Compiled => {
    const name = target === undefined ? file : planOf(file, target);
    const known = compiled.get(name);
    if (known !== undefined) return known;
    const made = compileFile(file, target, options);
    compiled.set(name, made);
    return made;
  };
  const forget = (): void => {
    compiled = new Map();
  };
  const compiledFor = (id: string): Compiled => {
    const plan = PLAN.exec(id);
    if (plan === null) return once(id, undefined);
    return once(plan[1]!, { platform: plan[2] as Platform, facts: plan[3]!.split("+").slice(1) as FactName[] });
  };

  return {
    name: NAME,
    // The source as it was written: nothing has inlined JSON, or moved calls.
    enforce: "pre",
    buildStart: forget,
    watchChange: forget,

    transform: {
      filter: { id: { include: MODULES, exclude: [/[\\/]node_modules[\\/]/, PLANS] }, code: "selvedge/" },
      handler(code, id) {
        const importer = id.replace(/[?#].*$/, "");
        const { compilable, kept } = callsOf(code, (specifier) => fileOf(resolve(dirname(importer), specifier)), (file) => hasForm(file) || isRulesModule(file));
        for (const { start, message } of kept) this.warn(`${importer}:${code.slice(0, start).split("\n").length}: ${message}`);
        const edits: Edit[] = [];
        for (const { entry, importOfEntry, importsOfRules, members, platform, facts } of compilable) {
          const target = { platform, facts: options.facts ?? facts };
          let form: CompiledForm = COMPILED[0];
          for (const { start, end, local, file = "" } of importsOfRules) {
            // A change may ask for another entry.
            const { form: needed, dependencies } = once(file, target);
            for (const dependency of dependencies) this.addWatchFile(dependency);
            if (COMPILED.indexOf(needed) > COMPILED.indexOf(form)) form = needed;
            edits.push({ start, end, text: `import ${local} from ${JSON.stringify(planOf(file, target))}` });
          }
          edits.push(...members.map((place) => ({ ...place, text: "" })), { ...importOfEntry.quoted, text: `"selvedge/${form}/${entry}"` });
        }
        // Lines stay where they were, so a map of lines is right as it is.
        return edits.length === 0 ? null : { code: edited(code, edits), map: null };
      },
    },

    resolveId: {
      filter: { id: PLANS },
      handler: (id) => (isAbsolute(id) ? id : null),
    },

    load: {
      filter: { id: { include: [PLANS, VENDORS] } },
      handler(id) {
        const { code, errors, leftOut, texts, dependencies } = compiledFor(id);
        for (const dependency of dependencies) this.addWatchFile(dependency);
        for (const finding of leftOut) this.warn(`${finding.severity === "error" ? "a line is left out: " : ""}${rendered(finding, texts)}`);
        if (errors.length > 0) fail(this, errors, texts, framework);
        return code ?? "export default null;";
      },
    },

    esbuild: {
      onLoadFilter: MODULES,
      // By its own means, since they show the line.
      setup(build) {
        build.onLoad({ filter: new RegExp(`${PLANS.source}|${VENDORS.source}`) }, ({ path }) => {
          const { code, errors, leftOut, texts, dependencies } = compiledFor(path);
          const told = (finding: Finding) => messageOf(finding, texts);
          return { contents: code ?? "", loader: "js", errors: errors.map(told), warnings: leftOut.map(told), watchFiles: [...dependencies], pluginName: NAME };
        });
      },
    },
  };
});

/** The module that holds the plan of a file. Its ending keeps it from whatever treats JSON or TypeScript. */
function planOf(file: string, { platform, facts }: Target): string {
  return `${file}.${NAME}-${[platform, ...facts].join("+")}.mjs`;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function edited(code: string, edits: readonly Edit[]): string {
  let result = code;
  for (const { start, end, text } of [...edits].sort((one, other) => other.start - one.start)) {
    const lines = code.slice(start, end).match(/\n/g)?.join("") ?? "";
    result = result.slice(0, start) + text + lines + result.slice(end);
  }
  return result;
}

/** Where a bundler takes one error for each module, it holds all. */
function fail(context: Context, errors: readonly Finding[], texts: Compiled["texts"], framework: string): void {
  if (framework === "webpack" || framework === "rspack") {
    for (const error of errors) context.error(rendered(error, texts));
    return;
  }
  const [{ file, line, column }] = errors as [Finding];
  const message = errors.map((error) => rendered(error, texts)).join("\n\n");
  context.error({ message, id: file, ...(line !== undefined && column !== undefined && { loc: { file, line, column: column - 1 } }) });
}

/** As the command line shows it, by its path from here. */
function rendered(finding: Finding, texts: Compiled["texts"]): string {
  const file = relative(process.cwd(), finding.file);
  const [block] = renderFindings([{ ...finding, file }], new Map([[file, texts.get(finding.file) ?? ""]]), COLOURLESS, WIDTH);
  return block ?? finding.message;
}

function messageOf(finding: Finding, texts: Compiled["texts"]): { text: string; location: object; notes: { text: string }[] } {
  const { file, place, line, column = 1, length = 1, message, help } = finding;
  const lineText = line === undefined ? "" : (texts.get(file)?.replace(/^\ufeff/, "").split(/\r?\n/)[line - 1] ?? "");
  // Columns count characters here, and bytes there.
  const characters = [...lineText];
  const bytes = (from: number, to: number): number => Buffer.byteLength(characters.slice(from, to).join(""));
  return {
    text: line === undefined && place !== "" ? `${place}: ${message}` : message,
    location: { file: relative(process.cwd(), file), line: line ?? 0, column: bytes(0, column - 1), length: bytes(column - 1, column - 1 + length), lineText },
    notes: help === "" ? [] : [{ text: help }],
  };
}
