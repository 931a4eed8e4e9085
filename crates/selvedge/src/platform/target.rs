use super::{Fact, Platform, Table};
use crate::key::Key;

/// A platform, the facts that its adapter is given beyond what the platform tells, and the key of the plan's notes.
///
/// ```
/// use selvedge::{Platform, Rules, Target, compile};
///
/// let rules: Rules = serde_json::from_str(r#"{ "redirects": [{ "from": "/", "to": "/de", "when": { "country": "DE" } }] }"#)?;
/// assert!(compile(&rules, Platform::Fetch).is_err(), "a bare Request has no country");
/// compile(&rules, Target::from(Platform::Fetch).with_country())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    platform: Platform,
    country: bool,
    device: bool,
    key: Option<Key>,
}

impl Target {
    /// The caller hands over the country of each request ([`Facts::country`](crate::Facts::country)).
    pub fn with_country(self) -> Target {
        Target { country: true, ..self }
    }

    /// The caller hands over the device of each request ([`Facts::device`](crate::Facts::device)).
    pub fn with_device(self) -> Target {
        Target { device: true, ..self }
    }

    /// Names of the facts that a caller can hand over, see [`Target::with_fact`].
    pub const FACTS: [&'static str; 2] = ["country", "device"];

    /// The caller hands over the fact of this name; `None` if it is not one of [`Target::FACTS`].
    pub fn with_fact(self, name: &str) -> Option<Target> {
        match name {
            "country" => Some(self.with_country()),
            "device" => Some(self.with_device()),
            _ => None,
        }
    }

    /// The key that the plan's notes follow from. Without one it is a new one each time, and so is the plan.
    pub fn with_key(self, key: Key) -> Target {
        Target { key: Some(key), ..self }
    }

    /// The platform.
    pub fn platform(self) -> Platform {
        self.platform
    }

    pub(crate) fn key(self) -> Key {
        self.key.unwrap_or_else(Key::random)
    }

    pub(crate) fn table(self) -> Table {
        let mut table = self.platform.table();
        for (given, fact) in [(self.country, &mut table.country), (self.device, &mut table.device)] {
            if given && *fact == Fact::Missing {
                *fact = Fact::Given;
            }
        }
        table
    }
}

impl From<Platform> for Target {
    fn from(platform: Platform) -> Target {
        Target { platform, country: false, device: false, key: None }
    }
}
