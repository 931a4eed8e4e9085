//! The package's bill of materials: CycloneDX 1.5. It has neither a time nor a serial number, so that equal packages have
//! equal ones.

use anyhow::Result;
use serde_json::{Value, json};

use crate::inside::{Component, Origin};

pub(crate) fn document(components: &[Component], version: &str) -> Result<String> {
    let package = format!("pkg:npm/selvedge@{version}");
    let references: Vec<String> = components.iter().map(reference).collect();
    let document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library", "bom-ref": package, "name": "selvedge", "version": version, "purl": package,
                "licenses": [{ "expression": "MIT OR Apache-2.0" }],
            },
        },
        "components": components.iter().map(component).collect::<Vec<_>>(),
        "dependencies": [{ "ref": package, "dependsOn": references }],
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn component(component: &Component) -> Value {
    let Component { name, version, licence, inside, checksum, .. } = component;
    let reference = reference(component);
    let inside: Vec<Value> = inside.iter().map(|file| json!({ "name": "selvedge:inside", "value": file })).collect();
    let hashes = checksum.iter().map(|(algorithm, content)| json!({ "alg": algorithm, "content": content }));
    json!({
        "type": "library", "bom-ref": reference, "name": name, "version": version, "scope": "required",
        "licenses": [{ "expression": licence }],
        "hashes": hashes.collect::<Vec<_>>(),
        "purl": reference,
        "properties": inside,
    })
}

/// A package URL; that of a scoped npm package has its `@` escaped.
fn reference(Component { origin, name, version, .. }: &Component) -> String {
    let version = version.replace('+', "%2B");
    match origin {
        Origin::Cargo => format!("pkg:cargo/{name}@{version}"),
        Origin::Npm => format!("pkg:npm/{}@{version}", name.replace('@', "%40")),
        Origin::Rust => format!("pkg:generic/{name}@{version}"),
    }
}
