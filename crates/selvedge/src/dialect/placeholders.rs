//! A vendor's target with its placeholders as a target of ours.

/// What a target can name: the vendor's name for it, and how ours says it. Of a name twice the first counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Captures(Vec<(String, String)>);

/// A target, and what is odd about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Filled {
    pub(super) text: String,
    /// `:name` that nothing captures; it stays as it is.
    pub(super) unknown: Vec<String>,
    /// Two captures could begin at one colon; the vendor takes the shorter name, and here the longer one counts.
    pub(super) ambiguous: Vec<(String, String)>,
    /// A captured name is the beginning of the word that was written, which nothing captures.
    pub(super) partial: Vec<(String, String)>,
}

impl Captures {
    pub(super) fn add(&mut self, name: impl Into<String>, ours: impl Into<String>) {
        let name = name.into();
        if self.get(&name).is_none() {
            self.0.push((name, ours.into()));
        }
    }

    /// Adds those that are not there yet.
    pub(super) fn extend(&mut self, more: &Captures) {
        for (name, ours) in &more.0 {
            self.add(name.as_str(), ours.as_str());
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, ours)| ours.as_str())
    }

    /// The names that `text` begins with, the longest first.
    fn beginning<'c>(&'c self, text: &str) -> Vec<&'c (String, String)> {
        let mut found: Vec<_> = self.0.iter().filter(|(name, _)| text.starts_with(name.as_str())).collect();
        found.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        found
    }

    /// Replaces `:name` by ours, and escapes what would mean something to ours. Vendors replace text for text: a name goes as
    /// far as one that is captured, whatever follows it.
    pub(super) fn fill(&self, target: &str, in_value: bool) -> Filled {
        let mut filled = Filled::default();
        // A star where the pattern's is not used: our own reader takes it for a mistake.
        let unused_splat = self.get("splat").is_some() && !target.contains(":splat");
        let mut rest = target;
        while let Some(at) = rest.find([':', '{', '}', '*']) {
            let (before, found) = rest.split_at(at);
            filled.text.push_str(before);
            let (sign, after) = found.split_at(1);
            rest = after;
            match sign {
                "{" => filled.text.push_str("{{"),
                "}" => filled.text.push_str("}}"),
                // A star is nothing but a star in a target, RFC 3986 §3.3.
                "*" => filled.text.push_str(if in_value || !unused_splat { "*" } else { "%2A" }),
                _ => match self.beginning(after).as_slice() {
                    [(name, ours), shorter @ ..] => {
                        let word = word(after);
                        if let Some((short, _)) = shorter.first() {
                            filled.ambiguous.push((name.clone(), short.clone()));
                        } else if word.len() > name.len() {
                            filled.partial.push((word.to_owned(), name.clone()));
                        }
                        rest = after.get(name.len()..).unwrap_or_default();
                        if !ours.is_empty() {
                            filled.text.push_str(&format!("{{{ours}}}"));
                        } else if filled.text.ends_with('/') && !filled.text.contains('?') {
                            // Empty where the pattern did not need its star: of the slashes around it one stays, as where a
                            // star matches nothing.
                            rest = rest.strip_prefix('/').unwrap_or(rest);
                        }
                    }
                    [] if after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => {
                        filled.unknown.push(word(after).to_owned());
                        filled.text.push_str(if in_value { ":" } else { "{:}" });
                    }
                    [] => filled.text.push(':'),
                },
            }
        }
        filled.text.push_str(rest);
        filled
    }
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captures() -> Captures {
        let mut captures = Captures::default();
        captures.add("a", "a");
        captures.add("ab", "p2");
        captures.add("a", "second");
        captures
    }

    #[test]
    fn the_longest_name_counts() {
        let filled = captures().fill("/x/:ab/:ac/:b:a", false);
        assert_eq!(filled.text, "/x/{p2}/{a}c/{:}b{a}");
        assert_eq!(filled.unknown, ["b"]);
        assert_eq!(filled.ambiguous, [("ab".to_owned(), "a".to_owned())]);
        assert_eq!(filled.partial, [("ac".to_owned(), "a".to_owned())]);
    }

    #[test]
    fn of_the_slashes_around_nothing_one_stays_and_others_are_left_alone() {
        let mut captures = Captures::default();
        captures.add("splat", "");
        let filled = |target| captures.fill(target, false).text;
        assert_eq!(filled("/a/:splat/b//c?u=/:splat/"), "/a/b//c?u=//");
        assert_eq!(filled("/a/:splat"), "/a/");
        let archive = "https://web.archive.org/web/2020/https://example.com/";
        assert_eq!(filled(&format!("{archive}:splat")), archive);
    }

    #[test]
    fn what_would_mean_something_is_escaped() {
        assert_eq!(captures().fill("https://x:8080/{a}*", false).text, "https://x:8080/{{a}}*");
        assert_eq!(captures().fill("max-age=1; {a} * :b", true).text, "max-age=1; {{a}} * :b");
    }
}
