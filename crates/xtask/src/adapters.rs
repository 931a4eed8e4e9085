//! The adapters of `js-shim/adapters.json`, a row each, and what follows from a row: the entry modules of the package, the
//! budgets of their bundles, and what `selvedge build` prints of how a plan is used.

use anyhow::{Context, Result, ensure};
use selvedge::Platform;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;

use crate::{repo, vocabulary};

/// What a module exports, by its path in `js-shim/src/adapters`; `*` stands for all its types.
type Names = BTreeMap<String, Vec<String>>;

/// A row.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Adapter {
    /// `selvedge/ENTRY`, and the folder of its code.
    pub(crate) entry: String,
    /// What its plans are compiled for.
    platform: String,
    /// Platforms whose plans `selvedge build` hands to it.
    runs: Vec<String>,
    /// Words that name its vendors, which `cargo xtask tidy` keeps out of the pure crates.
    pub(crate) vendors: Vec<String>,
    about: String,
    /// The function that users call.
    pub(crate) maker: String,
    makes: String,
    /// The module and the function that it calls.
    create: (String, String),
    generics: String,
    options: Options,
    returns: String,
    /// Types that `generics`, `options` and `returns` name.
    types: Names,
    /// Types that users get.
    exports: Names,
    /// The module whose `compileOptions(options, rules)` says how plain rules are compiled.
    compile_options: String,
    /// Members of the options for plain rules that are neither hooks nor options of the adapter.
    #[serde(default)]
    besides_hooks: Vec<String>,
    example: Vec<String>,
    /// What a handler's module exports the result as.
    handler: String,
    /// KB of the bundle after gzip, by form. A budget holds what has been reached; the aims are 24 and 32 for a compiled plan,
    /// and 110 for plain rules, which bring the compiler along. Node's has the proxy in it, and runs on servers.
    pub(crate) budgets: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    rules: String,
    plan: String,
}

/// How an entry gets its reader.
struct Form {
    /// The folder of its modules in `js-shim/src`, and, but for the first, of its imports.
    folder: &'static str,
    load: &'static str,
    about: &'static str,
}

const PLAIN: &str = "plain";

const FORMS: [Form; 5] = [
    Form { folder: PLAIN, load: "rules", about: ", from plain rules or a compiled plan" },
    Form { folder: "compiled", load: "compiled", about: ", from a compiled plan without regular expressions" },
    Form {
        folder: "compiled/small",
        load: "compiled-small",
        about: ", from a compiled plan that asks for no more than redirects, rewrites, responses, headers and conditions on them",
    },
    Form {
        folder: "compiled/regex",
        load: "compiled-regex",
        about: ", from a compiled plan that has regular expressions",
    },
    Form { folder: "bytes", load: "bytes", about: ", from a compiled plan, with a reader that you bring" },
];

/// All rows. Each platform that plans are for has one adapter.
pub(crate) fn read() -> Result<Vec<Adapter>> {
    let path = repo::shim().join("adapters.json");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let adapters: Vec<Adapter> =
        serde_json::from_str(&text).with_context(|| format!("{}: not as it must be", path.display()))?;
    for platform in Platform::ALL.into_iter().filter(|platform| platform.has_adapter()).map(Platform::name) {
        let count = adapters.iter().flat_map(|adapter| &adapter.runs).filter(|name| *name == platform).count();
        ensure!(count == 1, "{}: {platform} must be in \"runs\" of one row, and is in {count}", path.display());
    }
    for Adapter { entry, platform, runs, .. } in &adapters {
        let known = |name: &String| Platform::from_name(name).is_some();
        ensure!(known(platform) && runs.iter().all(known), "{}: {entry} has an unknown platform", path.display());
    }
    Ok(adapters)
}

/// `selvedge/…` of an adapter in the form of this folder.
pub(crate) fn import(entry: &str, folder: &str) -> String {
    if folder == PLAIN { format!("selvedge/{entry}") } else { format!("selvedge/{folder}/{entry}") }
}

/// Every entry of every adapter, as `selvedge/NAME` has it.
pub(crate) fn imports() -> Result<Vec<String>> {
    let names = |adapter: Adapter| FORMS.map(|form| import(&adapter.entry, form.folder).replacen("selvedge/", "", 1));
    Ok(read()?.into_iter().flat_map(names).collect())
}

/// Writes the entry modules, and `generated/handlers.ts`. Modules that no row asks for go.
pub(crate) fn write() -> Result<()> {
    let adapters = read()?;
    let source = repo::shim().join("src");
    for form in &FORMS {
        let folder = source.join(form.folder);
        for adapter in &adapters {
            vocabulary::write_module(&folder.join(format!("{}.ts", adapter.entry)), &adapter.module(form))?;
        }
        for file in fs::read_dir(&folder)? {
            let file = file?.path();
            let known = file.is_dir() || adapters.iter().any(|adapter| file.ends_with(format!("{}.ts", adapter.entry)));
            if !known {
                fs::remove_file(file)?;
            }
        }
    }
    vocabulary::write_module(&source.join("generated/handlers.ts"), &handlers(&adapters))
}

impl Adapter {
    /// The source of an entry.
    fn module(&self, form: &Form) -> String {
        let Adapter { entry, maker, makes, platform, returns, generics, .. } = self;
        let up = "../".repeat(form.folder.split('/').count());
        let (module, create) = &self.create;
        let (plain, bytes) = (form.folder == PLAIN, form.folder == "bytes");
        let options = if plain { &self.options.rules } else { &self.options.plan };

        let mut text = format!("/** `{}`: {}{}. */\n", import(entry, form.folder), self.about, form.about);
        text += &format!("import {{ {create} }} from \"{up}adapters/{module}\";\n");
        for (module, names) in &self.types {
            let used: Vec<&str> =
                names.iter().map(String::as_str).filter(|name| uses(&[generics, options, returns], name)).collect();
            text += &format!("import type {{ {} }} from \"{up}adapters/{module}\";\n", used.join(", "));
        }
        if plain {
            text += &format!("import {{ compileOptions }} from \"{up}adapters/{}\";\n", self.compile_options);
        }
        let wasm = if bytes { ", type Wasm" } else { "" };
        text += &format!("import {{ load{wasm} }} from \"{up}load/{}.js\";\n", form.load);
        if plain {
            text += &format!("import type {{ RulesArgument }} from \"{up}compile/rules-argument.js\";\n\n");
            text += &format!(
                "export {{ RulesError }} from \"{up}compile/compile.js\";\nexport type {{ Problem }} from \"{up}compile/compile.js\";\n"
            );
        } else {
            text += "\n";
        }
        if bytes {
            text += &format!("export type {{ Wasm }} from \"{up}load/bytes.js\";\n");
        }
        for (module, names) in &self.exports {
            let names = names.join(", ");
            let names = if names == "*" { names } else { format!("{{ {names} }}") };
            text += &format!("export type {names} from \"{up}adapters/{module}\";\n");
        }
        text += &format!("export {{ PlanError }} from \"{up}core/plan.js\";\n\n");

        let besides = match self.besides_hooks.as_slice() {
            names if plain && !names.is_empty() => format!(", {names:?}"),
            _ => String::new(),
        };
        let (parameters, load) = if plain {
            text += &format!(
                "/**\n * Makes {makes}. Rules (an object, or JSON text) are compiled here; what is wrong with them is thrown as one\n * \
                 `RulesError`.\n *\n * ```js\n * {}\n * ```\n */\n",
                self.example.join("\n * ")
            );
            (
                "rules: RulesArgument<R> | Uint8Array",
                format!("load(rules, {platform:?}, compileOptions(options, rules))"),
            )
        } else if bytes {
            text += &format!(
                "/** Makes {makes} of a plan. `wasm` is `selvedge/reader.wasm`, or `selvedge/reader-regex.wasm`: its module, or its bytes. */\n"
            );
            ("wasm: Wasm, plan: Uint8Array", format!("load(wasm, plan, {entry:?})"))
        } else {
            text += &format!(
                "/** Makes {makes} of a plan, as `compile(rules, {{ platform: {platform:?} }})` of `selvedge/compile` returns it. */\n"
            );
            ("plan: Uint8Array", format!("load(plan, {entry:?})"))
        };
        // Rules imported from a JSON file have a type of their own.
        let generics = match generics.strip_suffix('>') {
            _ if !plain => generics.clone(),
            Some(others) => format!("{others}, const R = never>"),
            None => "<const R = never>".to_owned(),
        };
        text + &format!("export function {maker}{generics}({parameters}, options?: {options}): {returns} {{\n")
            + &format!("  return {create}({load}, options{besides});\n}}\n")
    }
}

/// Whether one of the texts names the type.
fn uses(texts: &[&String], name: &str) -> bool {
    let words = |text: &&String| text.split(|c: char| !c.is_alphanumeric()).any(|word| word == name);
    texts.iter().any(words)
}

/// What `selvedge build` prints of how a plan is used, and what plugins of bundlers know of entries.
fn handlers(adapters: &[Adapter]) -> String {
    let others = Platform::ALL.into_iter().filter(|platform| !platform.has_adapter());
    let others: Vec<String> = others.map(|platform| format!("{:?}", platform.name())).collect();
    let mut text = format!(
        "import type {{ Platform }} from \"./names.js\";\n\n\
        /** A platform that plans are for; for the others, rules become source. */\n\
        export type PlanPlatform = Exclude<Platform, {}>;\n\n",
        others.join(" | ")
    );
    text += "/** The entry that runs a platform's plans, the function that it exports, and what a handler's module exports. */\n\
        export const HANDLERS: Record<PlanPlatform, { readonly entry: string; readonly maker: string; readonly handler: string }> = {\n";
    for Adapter { entry, maker, handler, runs, .. } in adapters {
        for platform in runs {
            text += &format!("  {platform}: {{ entry: {entry:?}, maker: {maker:?}, handler: {handler:?} }},\n");
        }
    }
    text += "};\n\n/** `selvedge/ENTRY`: the platform that it compiles rules for, and the function that it exports. */\n\
        export const ENTRIES: { readonly [entry: string]: { readonly platform: Platform; readonly maker: string } } = {\n";
    for Adapter { entry, maker, platform, .. } in adapters {
        text += &format!("  {entry:?}: {{ platform: {platform:?}, maker: {maker:?} }},\n");
    }
    text + "};\n"
}
