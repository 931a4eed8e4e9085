//! Content negotiation as RFC 9110 §12.5.3 and §12.4.2 tell it.

use std::collections::HashMap;
use std::sync::OnceLock;

/// What a header says of each coding: twice its quality in thousandths, so that `identity` that nobody speaks of is 1:
/// acceptable, and last.
pub(crate) struct Weights {
    listed: HashMap<String, u32>,
    star: Option<u32>,
}

impl Weights {
    pub(crate) fn of(header: &str) -> Weights {
        let mut weights = Weights { listed: HashMap::new(), star: None };
        for member in header.split([',', '\n']) {
            let mut parts = member.split(';').map(trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let quality = match (parts.next(), parts.next()) {
                (None, _) => Some(1000),
                (Some(parameter), None) => quality(parameter),
                _ => None,
            };
            let (Some(quality), true) = (quality, is_token(&name)) else { continue };
            // Listed twice, the higher counts.
            match name.as_str() {
                "*" => weights.star = weights.star.max(Some(quality)),
                name => {
                    let name = if name == "x-gzip" { "gzip" } else { name };
                    let known = weights.listed.entry(name.to_owned()).or_default();
                    *known = quality.max(*known);
                }
            }
        }
        weights
    }

    pub(crate) fn weight(&self, coding: &str) -> u32 {
        match self.listed.get(coding).or(self.star.as_ref()) {
            Some(quality) => quality * 2,
            None => u32::from(coding == "identity"),
        }
    }

    /// The first of those with the highest weight; `None` where nothing is acceptable.
    pub(crate) fn choose<'c>(&self, offered: &[&'c str]) -> Option<&'c str> {
        let offered = || offered.iter().copied().chain(["identity"]);
        let best = offered().map(|coding| self.weight(coding)).max()?;
        offered().find(|coding| best > 0 && self.weight(coding) == best)
    }
}

/// All the ways to write a quality are few enough to list.
fn quality(parameter: &str) -> Option<u32> {
    static WAYS: OnceLock<HashMap<String, u32>> = OnceLock::new();
    let ways = WAYS.get_or_init(|| {
        let mut ways = HashMap::new();
        for thousandths in 0..=1000 {
            let written = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
            for len in [1, 2, 3, 4, 5] {
                let (kept, cut) = written.split_at(len);
                if cut.chars().all(|c| c == '0' || c == '.') {
                    ways.insert(format!("q={kept}"), thousandths);
                }
            }
        }
        ways
    });
    ways.get(&parameter.to_ascii_lowercase()).copied()
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

fn is_token(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}
