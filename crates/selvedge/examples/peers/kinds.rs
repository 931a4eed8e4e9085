//! The kinds of redirects that are compared, as in tests/bench/peers/kinds.mjs.

use serde_json::{Value, json};

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Exact,
    Placeholder,
    Splat,
    Regex,
    Conditional,
}

/// A request, and where it is to lead.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) cookie: Option<&'static str>,
    pub(crate) target: Option<String>,
}

impl Kind {
    pub(crate) const ALL: [Kind; 5] = [Kind::Exact, Kind::Placeholder, Kind::Splat, Kind::Regex, Kind::Conditional];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Exact => "exact",
            Kind::Placeholder => "placeholder",
            Kind::Splat => "splat",
            Kind::Regex => "regex",
            Kind::Conditional => "conditional",
        }
    }

    /// What the nth rule takes: a text before what it captures, and one after it.
    pub(crate) fn around(self, n: usize) -> (String, String) {
        match self {
            Kind::Exact | Kind::Conditional => (format!("/articles/page-{n}"), String::new()),
            Kind::Placeholder | Kind::Splat => (format!("/old/section-{n}/"), String::new()),
            Kind::Regex => ("/legacy/".to_owned(), format!("/page-{n}.html")),
        }
    }

    /// Where the nth rule leads, without what it captured.
    pub(crate) fn target(self, n: usize) -> String {
        match self {
            Kind::Exact | Kind::Conditional => format!("/stories/{n}"),
            Kind::Placeholder | Kind::Splat => format!("/archive/{n}/"),
            Kind::Regex => format!("/new/{n}/"),
        }
    }

    /// What is captured in what is asked.
    fn captured(self) -> &'static str {
        match self {
            Kind::Exact | Kind::Conditional => "",
            Kind::Placeholder => "about",
            Kind::Splat => "some/page",
            Kind::Regex => "2017",
        }
    }

    /// The nth rule as a regular expression.
    pub(crate) fn expression(self, n: usize) -> String {
        let (before, after) = self.around(n);
        let captured = match self {
            Kind::Exact | Kind::Conditional => "",
            Kind::Placeholder => "([^/]+)",
            Kind::Splat => "(.*)",
            Kind::Regex => r"([0-9]+)",
        };
        format!("^{}{captured}{}$", before.replace('.', r"\."), after.replace('.', r"\."))
    }

    /// The rules as this crate has them.
    pub(crate) fn rules(self, count: usize) -> Value {
        let redirect = |n| {
            let ((before, _), to) = (self.around(n), self.target(n));
            match self {
                Kind::Exact => json!({ "from": before, "to": to }),
                Kind::Placeholder => json!({ "from": format!("{before}:page"), "to": format!("{to}:page") }),
                Kind::Splat => json!({ "from": format!("{before}*"), "to": format!("{to}:splat") }),
                Kind::Regex => json!({ "from": { "regex": self.expression(n) }, "to": format!("{to}{{1}}") }),
                Kind::Conditional => json!({ "from": before, "to": to, "when": { "cookie": { "preview": true } } }),
            }
        };
        json!({ "redirects": (0..count).map(redirect).collect::<Vec<_>>() })
    }

    /// What is asked of so many rules, by its place.
    pub(crate) fn places(self, count: usize) -> [(&'static str, Asked); 3] {
        let hit = |n| {
            let (before, after) = self.around(n);
            let captured = self.captured();
            Asked {
                path: format!("{before}{captured}{after}"),
                cookie: (self == Kind::Conditional).then_some("session=100017; preview=1"),
                target: Some(format!("{}{captured}", self.target(n))),
            }
        };
        let last = count.saturating_sub(1);
        let path = if self == Kind::Conditional { self.around(last).0 } else { "/nowhere/at/all".to_owned() };
        let miss = Asked { path, cookie: None, target: None };
        [("hit, first rule", hit(0)), ("hit, last rule", hit(last)), ("miss", miss)]
    }
}
