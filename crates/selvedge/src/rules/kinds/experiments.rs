//! Experiments: a share of the viewers gets another page, and keeps getting it.

use std::fmt::{self, Display, Formatter};

use selvedge_plan::Stage;

use crate::rules::Value;
use crate::rules::condition::Condition;
use crate::rules::duration::read_seconds;
use crate::rules::grammar::{check_control, check_token, is_domain};
use crate::rules::header_name::HeaderName;
use crate::rules::paths::Paths;
use crate::rules::read::Node;
use crate::rules::rule::{Described, Member, On, Rule, Sides, VisitTemplates};
use crate::rules::scope::Scope;
use crate::rules::target::read_path;
use crate::rules::template::Template;
use crate::rules::when::{REQUEST_ONLY, read_when};

pub(super) const MEMBER: Member = Member {
    name: "experiments",
    is_list: true,
    first_match: false,
    on: On::Request,
    sides: Sides::only(Stage::ViewerRequest),
    also: Some(Stage::ViewerResponse),
    values_vary: false,
};

/// 30 days, in seconds.
const DEFAULT_MAX_AGE: u32 = 30 * 24 * 60 * 60;

/// An A/B test. The variant is kept in a cookie.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Experiment {
    /// Its name, which the assignment depends on.
    pub(crate) name: String,
    /// Which paths.
    pub(crate) paths: Paths,
    /// What must hold.
    pub(crate) when: Option<Condition>,
    /// The cookie that keeps the variant.
    pub(crate) cookie: String,
    /// The variants, at least one with a weight above zero.
    pub(crate) variants: Vec<Variant>,
    /// How long the cookie lives, in seconds.
    pub(crate) max_age: u32,
    /// A query parameter whose value pins a variant.
    pub(crate) force: Option<String>,
    /// The domain that the cookie is for, with those below it; without one, the host that was asked.
    pub(crate) domain: Option<String>,
    /// A request header that tells the origin the variant.
    pub(crate) header: Option<HeaderName>,
}

/// A variant of an experiment; its share is its weight by the sum of all.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Variant {
    /// Its name, as the cookie holds it.
    pub(crate) name: String,
    /// Its weight, 0 or more; 1 if no variant has one.
    pub(crate) weight: f64,
    /// The path to serve; without one, the path stays.
    pub(crate) to: Option<Template>,
}

impl Experiment {
    pub(crate) fn read(node: &Node<'_>) -> Option<Experiment> {
        let mut fields = node.object()?;
        let name = fields.required("name", "give it a name; assignments depend on it").and_then(|node| {
            let name = node.string("a name")?;
            if check_control(&node, name, false) && name.trim().is_empty() {
                node.error("empty name", "give it a name; assignments depend on it");
            }
            Some(name)
        });
        let paths = Paths::read(&mut fields, "for", None);
        let when = read_when(&mut fields, REQUEST_ONLY);
        let cookie = fields.required("cookie", "name the cookie that keeps the variant, for example \"ab_home\"");
        let cookie = cookie.and_then(|node| {
            let name = node.string("a cookie name")?;
            check_token(&node, name, "a cookie name");
            Some(name)
        });
        let scope = Scope::of(paths.as_ref(), when.as_ref(), false);
        let variants = fields.required("variants", "list at least two: [{ \"name\": …, \"weight\": … }, …]");
        let variants = variants.map(|node| read_variants(&node, scope));
        let max_age = fields.take("maxAge").and_then(|node| read_seconds(&node));
        let force = fields.take("force").and_then(|node| {
            let name = node.string("the name of a query parameter")?;
            if name.is_empty() {
                node.error("empty parameter name", "leave \"force\" out");
            }
            Some(name.to_owned())
        });
        let domain = fields.take("domain").and_then(|node| {
            let domain = node.string("a domain")?.to_ascii_lowercase();
            if !is_domain(&domain) {
                node.error(format_args!("{domain:?} is not a domain"), "write for example \"example.com\"");
            }
            Some(domain)
        });
        let header = fields.take("header").and_then(|node| HeaderName::read(&node, node.string("a header name")?));
        fields.fixed_at(Stage::ViewerRequest);
        Some(Experiment {
            name: name?.to_owned(),
            paths: paths?,
            when,
            cookie: cookie?.to_owned(),
            variants: variants?,
            max_age: max_age.unwrap_or(DEFAULT_MAX_AGE),
            force,
            domain,
            header,
        })
    }
}

impl Rule for Experiment {
    fn paths(&self) -> Option<&Paths> {
        Some(&self.paths)
    }

    fn when(&self) -> Option<&Condition> {
        self.when.as_ref()
    }

    fn templates<'r>(&'r self, visit: &mut VisitTemplates<'_, 'r>) {
        for (number, variant) in self.variants.iter().enumerate() {
            if let Some(to) = &variant.to {
                visit(&format_args!("variants[{number}].to"), to);
            }
        }
    }

    fn guards(&self) -> Option<String> {
        self.header.is_some().then(|| "sets a request header".to_owned())
    }
}

impl Display for Experiment {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.paths, self.name)
    }
}

impl Described for Experiment {}

/// Experiments; neither names nor cookies may be shared.
pub(super) fn read_all(experiments: &mut Vec<Experiment>, node: &Node<'_>) {
    for item in node.items() {
        let Some(experiment) = Experiment::read(&item) else { continue };
        for other in &*experiments {
            if other.name == experiment.name {
                let name = item.member("name");
                name.error(format_args!("an experiment {:?} is there already", other.name), "give it another name");
            }
            if other.cookie == experiment.cookie {
                let cookie = item.member("cookie");
                cookie.error(format_args!("another experiment has the cookie {:?}", other.cookie), "give each its own");
            }
        }
        experiments.push(experiment);
    }
}

fn read_variants(node: &Node<'_>, scope: Scope<'_>) -> Vec<Variant> {
    let mut variants: Vec<Variant> = Vec::new();
    let mut weighted = 0;
    let mut wrong = false;
    for item in node.some_items() {
        let Some((variant, weight)) = read_variant(&item, scope) else {
            wrong = true;
            continue;
        };
        weighted += usize::from(weight);
        if variants.iter().any(|other| other.name == variant.name) {
            item.member("name")
                .error(format_args!("a variant {:?} is there already", variant.name), "give it another name");
        }
        variants.push(variant);
    }
    if wrong || variants.is_empty() {
        return variants;
    }
    if weighted != 0 && weighted != variants.len() {
        node.error("some variants have a weight and some have none", "give a weight to all or to none");
    } else if variants.iter().all(|variant| variant.weight == 0.0) {
        node.error("all weights are zero", "give one of them a weight above zero");
    }
    variants
}

/// A variant, and whether it had a weight.
fn read_variant(node: &Node<'_>, scope: Scope<'_>) -> Option<(Variant, bool)> {
    let mut fields = node.object()?;
    let name = fields.required("name", "give the variant a name; the cookie will hold it").and_then(|node| {
        let name = node.string("a name")?;
        let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || !name.chars().all(fine) {
            node.error(
                format_args!("{name:?} cannot be a variant's name"),
                "a cookie holds it: use letters, digits and -_.",
            );
        }
        Some(name.to_owned())
    });
    let mut weighted = false;
    let weight = fields.take("weight").map(|node| {
        weighted = true;
        match node.value {
            Value::Number(weight) if weight.is_finite() && *weight >= 0.0 => Some(*weight),
            _ => {
                node.expected("a weight of 0 or more", "");
                None
            }
        }
    });
    let to = fields.take("to").map(|node| read_path(&node, scope));
    let variant = Variant { name: name?, weight: weight.unwrap_or(Some(1.0))?, to: to.unwrap_or_default() };
    Some((variant, weighted))
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use crate::rules::testing::{assert_problem, rules};

    fn experiment(variants: &str, more: &str) -> String {
        format!(
            r#"{{ "experiments": [{{ "name": "e", "for": "/", "cookie": "c", "variants": [{variants}] {more} }}] }}"#
        )
    }

    #[test]
    fn weights_default_to_equal_shares() {
        let rules = rules(&experiment(r#"{ "name": "a" }, { "name": "b", "to": "/b" }"#, ""));
        let weights: Vec<f64> = rules.experiments[0].variants.iter().map(|variant| variant.weight).collect();
        assert_eq!(weights, [1.0, 1.0]);
        assert_eq!(rules.experiments[0].max_age, 2_592_000);
    }

    #[test]
    fn shares_must_make_sense() {
        for (variants, place, message) in [
            (r#"{ "name": "a", "weight": -1 }"#, ".variants[0].weight", "0 or more, found -1"),
            (r#"{ "name": "a", "weight": 0 }, { "name": "b", "weight": 0 }"#, ".variants", "all weights are zero"),
            (r#"{ "name": "a", "weight": 9 }, { "name": "b" }"#, ".variants", "to all or to none"),
            (r#"{ "name": "a" }, { "name": "a" }"#, ".variants[1].name", "there already"),
            (r#"{ "name": "a;b" }"#, ".variants[0].name", "a cookie holds it"),
            (r#"{ "name": "a", "to": "b" }"#, ".variants[0].to", "write \"/b\""),
            (r#"{ "name": "a", "to": "https://b/" }"#, ".variants[0].to", "begins with \"/\""),
            ("", ".variants", "empty list"),
        ] {
            assert_problem(&experiment(variants, ""), &format!("experiments[0]{place}"), message);
        }
    }

    #[test]
    fn cookies_are_tokens_and_live_for_a_time() {
        let a = r#"{ "name": "a" }"#;
        assert_eq!(rules(&experiment(a, r#", "maxAge": "12h""#)).experiments[0].max_age, 43_200);
        assert_eq!(rules(&experiment(a, r#", "maxAge": 60"#)).experiments[0].max_age, 60);
        assert_problem(&experiment(a, r#", "maxAge": 0"#), "experiments[0].maxAge", "seconds above zero");
        assert_problem(&experiment(a, r#", "maxAge": "30 days""#), "experiments[0].maxAge", "\"30d\"");
        let cookie = experiment(a, "").replace(r#""cookie": "c""#, r#""cookie": "c=1""#);
        assert_problem(&cookie, "experiments[0].cookie", "is not a cookie name");
    }
}
