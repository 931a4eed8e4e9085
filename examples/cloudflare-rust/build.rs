//! Compiles rules.json: an instance that starts only reads the plan.

use std::error::Error;
use std::{env, fs, path::Path};

use selvedge::{Platform, Rules, compile};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules.json");
    let rules: Rules = serde_json::from_str(&fs::read_to_string("rules.json")?)?;
    let plan = compile(&rules, Platform::Cloudflare)?;
    Ok(fs::write(Path::new(&env::var("OUT_DIR")?).join("plan"), plan)?)
}
