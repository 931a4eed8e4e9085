//! Rules on the query string.

use std::fmt::{self, Display, Formatter};

use selvedge_plan::Stage;

use crate::rules::condition::Condition;
use crate::rules::paths::Paths;
use crate::rules::query_mode::read_parameter;
use crate::rules::read::Node;
use crate::rules::rule::{Described, Member, On, Rule, Sides};
use crate::rules::when::{REQUEST_ONLY, read_when};

pub(super) const MEMBER: Member = Member {
    name: "query",
    is_list: true,
    first_match: false,
    on: On::Request,
    sides: Sides::only(Stage::ViewerRequest),
    also: None,
    values_vary: false,
};

/// Tidies the query, so that the cache is not split by what does not matter. All that match apply, in order.
///
/// First the names that are not in `keep` go, then those in `drop`, then the rest is lower-cased and sorted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QueryRule {
    /// Which paths.
    pub(crate) paths: Paths,
    /// What must hold.
    pub(crate) when: Option<Condition>,
    /// Names that go; each may have one `*` at either end or both.
    pub(crate) drop: Vec<String>,
    /// The only names that stay, if given; written as those of `drop`.
    pub(crate) keep: Option<Vec<String>>,
    /// Whether pairs are sorted by their raw name, stably.
    pub(crate) sort: bool,
    /// Whether names and values are lower-cased.
    pub(crate) lowercase: bool,
}

impl QueryRule {
    pub(crate) fn read(node: &Node<'_>) -> Option<QueryRule> {
        let mut fields = node.object()?;
        let paths = Paths::read(&mut fields, "for", None);
        let when = read_when(&mut fields, REQUEST_ONLY);
        let drop = fields.take("drop").map(|node| node.strings("a parameter name", read_parameter));
        let keep = fields.take("keep").map(|node| node.strings("a parameter name", read_parameter));
        let sort = fields.flag("sort");
        let lowercase = fields.flag("lowercase");
        fields.fixed_at(Stage::ViewerRequest);
        if drop.is_none() && keep.is_none() && !sort && !lowercase {
            fields.changes_nothing("give \"drop\", \"keep\", \"sort\" or \"lowercase\"");
        }
        Some(QueryRule { paths: paths?, when, drop: drop.unwrap_or_default(), keep, sort, lowercase })
    }
}

impl Rule for QueryRule {
    fn paths(&self) -> Option<&Paths> {
        Some(&self.paths)
    }

    fn when(&self) -> Option<&Condition> {
        self.when.as_ref()
    }
}

impl Display for QueryRule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut does = Vec::new();
        if !self.drop.is_empty() {
            does.push(format!("drop {}", self.drop.join(" ")));
        }
        if let Some(keep) = &self.keep {
            does.push(format!("keep {}", keep.join(" ")));
        }
        does.extend(self.sort.then(|| "sort".to_owned()));
        does.extend(self.lowercase.then(|| "lowercase".to_owned()));
        write!(f, "{} {}", self.paths, does.join(", "))
    }
}

impl Described for QueryRule {}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use crate::rules::testing::{assert_problem, rules};

    #[test]
    fn names_may_have_stars_at_their_ends() {
        let query = |rule: &str| format!(r#"{{ "query": [{{ "for": "/*", {rule} }}] }}"#);
        let rules = rules(&query(r#""drop": ["utm_*", "*_id", "*x*", "*"], "keep": []"#));
        assert_eq!(rules.query[0].drop, ["utm_*", "*_id", "*x*", "*"]);
        assert_eq!(rules.query[0].keep.as_deref(), Some([].as_slice()));
        assert_problem(&query(r#""drop": "a*b""#), "query[0].drop", "inside");
        assert_problem(&query(r#""drop": ["a=b"]"#), "query[0].drop[0]", "contains '='");
        assert_problem(&query(r#""sort": false"#), "query[0]", "changes nothing");
        assert_problem(&query(r#""sort": true, "at": "viewer-request""#), "query[0].at", "always runs");
    }
}
