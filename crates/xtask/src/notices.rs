//! `THIRD-PARTY.txt` of the package: whose code is in it, under which licence.

use anyhow::Result;
use std::fmt::Write;

use crate::inside::Component;

/// Fails where the text of a licence is missing.
pub(crate) fn text(components: &[Component]) -> Result<String> {
    let mut text = String::from("This package contains code of these libraries.\n");
    for component in components {
        let Component { name, version, licence, inside, .. } = component;
        let inside = inside.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        write!(text, "\n---- {name} {version} ({licence}), in {inside}\n")?;
        for (_, licence) in component.licence_texts()? {
            write!(text, "\n{}\n", licence.replace("\r\n", "\n").trim())?;
        }
    }
    Ok(text)
}
