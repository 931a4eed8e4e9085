//! A KeyValueStore of CloudFront: redirects of single paths, one key for each path, as a function reads them.
//!
//! A key is the path as rules see it, less the slash at its end; `/` is the root. Its value is the redirects of that path, one a
//! line, and the first that fits wins: `[STATUS][d|m][s|n][#TURN][@HOST[,HOST]…] TARGET`. What is left out is usual, and where
//! all of it is, so is the space.
//!
//! | part | means |
//! | --- | --- |
//! | `STATUS` | the status; 301 without |
//! | `d`, `m` | the request's query is dropped, or merged; kept without |
//! | `s`, `n` | only with a slash at the end of the path, or only without |
//! | `#TURN` | looked at when the function gets there: rules of other kinds come before it; 0 without |
//! | `@HOST` | only for these hosts |

use std::fmt::{self, Display, Formatter, Write};

use crate::by_text::ByText;

/// Bytes of a key.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-keyvaluestores>
pub const MAX_KEY: usize = 512;
/// Bytes of a key and its value together.
pub const MAX_PAIR: usize = 1024;
/// Bytes of all keys and values.
pub const MAX_STORE: usize = 5 << 20;

/// A redirect of one path.
pub(crate) struct Line<'l> {
    pub(crate) status: u16,
    /// What becomes of the request's query: `d`, `m`, or nothing, see above.
    pub(crate) query: &'static str,
    /// Whether the path must have a slash at its end, or must not.
    pub(crate) slash: Option<bool>,
    pub(crate) turn: usize,
    /// All, if there are none.
    pub(crate) hosts: &'l [String],
    /// Whether the target may be the address itself, which is not a redirect then.
    pub(crate) may_be_itself: bool,
    pub(crate) to: &'l str,
}

impl Display for Line<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Line { status, query, slash, turn, hosts, to, .. } = self;
        let start = [*status != 301, !query.is_empty(), slash.is_some(), *turn != 0, !hosts.is_empty()];
        if *status != 301 {
            write!(f, "{status}")?;
        }
        f.write_str(query)?;
        f.write_str(match slash {
            None => "",
            Some(true) => "s",
            Some(false) => "n",
        })?;
        if *turn != 0 {
            write!(f, "#{turn}")?;
        }
        if !hosts.is_empty() {
            write!(f, "@{}", hosts.join(","))?;
        }
        if start.contains(&true) {
            f.write_char(' ')?;
        }
        f.write_str(to)
    }
}

/// A pair that is larger than a store takes.
#[derive(Debug)]
pub(crate) struct TooLarge {
    pub(crate) key: usize,
    pub(crate) value: usize,
}

impl Display for TooLarge {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let TooLarge { key, value } = self;
        write!(f, "a key of {key} bytes and a value of {value}; {MAX_KEY}, and {MAX_PAIR} together, are")
    }
}

/// Pairs in the order in which they came.
#[derive(Default)]
pub(crate) struct Pairs {
    pairs: Vec<Pair>,
    by_key: ByText<usize>,
    bytes: usize,
}

struct Pair {
    key: String,
    value: String,
    /// Whether its last line is for every request: none after it would be reached.
    is_closed: bool,
}

impl Pairs {
    /// The key of a path less the slash at its end. None for a path of slashes alone, which is not the root.
    pub(crate) fn key(path: &str) -> Option<&str> {
        match path {
            "" => Some("/"),
            "/" => None,
            path => Some(path),
        }
    }

    /// Adds a line after those that the key has.
    pub(crate) fn add(&mut self, key: &str, line: &Line<'_>) -> Result<(), TooLarge> {
        let text = line.to_string();
        let known = self.by_key.get(key).copied();
        let before = known.and_then(|at| self.pairs.get(at));
        if before.is_some_and(|pair| pair.is_closed || pair.value.split('\n').any(|other| other == text)) {
            return Ok(());
        }
        let value = before.map_or(0, |pair| pair.value.len() + 1) + text.len();
        if key.len() > MAX_KEY || key.len() + value > MAX_PAIR {
            return Err(TooLarge { key: key.len(), value });
        }
        let is_closed = line.hosts.is_empty() && line.slash.is_none() && !line.may_be_itself;
        match known.and_then(|at| self.pairs.get_mut(at)) {
            Some(pair) => {
                self.bytes += 1 + text.len();
                pair.value.push('\n');
                pair.value.push_str(&text);
                pair.is_closed = is_closed;
            }
            None => {
                self.bytes += key.len() + text.len();
                self.by_key.insert(key.to_owned(), self.pairs.len());
                self.pairs.push(Pair { key: key.to_owned(), value: text, is_closed });
            }
        }
        Ok(())
    }

    /// Bytes of all keys and values.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn len(&self) -> usize {
        self.pairs.len()
    }

    /// The file that a store imports.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-create-s3-kvp.html>
    pub(crate) fn json(&self) -> String {
        // Keys and values are text of URLs and of this form: only the line feed needs an escape.
        let rows = self.pairs.iter().map(|Pair { key, value, .. }| {
            format!("{{\"key\":\"{}\",\"value\":\"{}\"}}", escaped(key), escaped(value))
        });
        format!("{{\"data\":[\n{}\n]}}\n", rows.collect::<Vec<_>>().join(",\n"))
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const PLAIN: Line<'_> =
        Line { status: 301, query: "", slash: None, turn: 0, hosts: &[], may_be_itself: false, to: "/b" };

    #[test]
    fn a_line_has_what_is_not_usual() {
        assert_eq!(PLAIN.to_string(), "/b");
        assert_eq!(Line { status: 308, ..PLAIN }.to_string(), "308 /b");
        let hosts = ["a.example".to_owned(), "b.example".to_owned()];
        let all = Line { status: 302, query: "d", slash: Some(true), turn: 2, hosts: &hosts, ..PLAIN };
        assert_eq!(all.to_string(), "302ds#2@a.example,b.example /b");
        assert_eq!(Line { query: "m", slash: Some(false), ..PLAIN }.to_string(), "mn /b");
    }

    /// The form of AWS; the first line that fits every request ends a key.
    #[test]
    fn lines_of_a_path_share_a_key() {
        let mut pairs = Pairs::default();
        let hosts = ["a.example".to_owned()];
        pairs.add("/a", &Line { hosts: &hosts, ..PLAIN }).unwrap();
        pairs.add("/a", &PLAIN).unwrap();
        pairs.add("/a", &Line { to: "/never", ..PLAIN }).unwrap();
        pairs.add("/c", &PLAIN).unwrap();
        assert_eq!(
            pairs.json(),
            "{\"data\":[\n{\"key\":\"/a\",\"value\":\"@a.example /b\\n/b\"},\n{\"key\":\"/c\",\"value\":\"/b\"}\n]}\n"
        );
        assert_eq!((pairs.len(), pairs.bytes()), (2, 2 + 16 + 2 + 2));
    }

    #[test]
    fn a_pair_has_an_end() {
        let long = format!("/{}", "x".repeat(600));
        assert!(Pairs::default().add(&long, &PLAIN).is_err());
        assert!(Pairs::default().add("/a", &Line { to: &long.repeat(2), ..PLAIN }).is_err());
        assert!(Pairs::default().add("/a", &Line { to: &long, ..PLAIN }).is_ok());
    }
}
