//! `RewriteCond %{QUERY_STRING}`: tests of one parameter, where Apache compares the whole query.

use super::condition::not;
use crate::dialect::pcre::Pcre;
use crate::dialect::sink::string;
use crate::rules::Value;

/// What a condition on the query comes to.
pub(super) struct Query {
    pub(super) when: Vec<(String, Value)>,
    /// What `%1` is, by the names of groups; empty for what stands around the parameter.
    pub(super) captures: Vec<String>,
    /// What it says more than the rules can.
    pub(super) more: Option<&'static str>,
}

/// What stands before a parameter, and whether that is a group; then the same after it.
const BEGINS: [(&str, bool); 6] =
    [("(^|&)", true), ("(?:^|&)", false), ("(^|&|\\?)", true), ("(&|^)", true), ("(?:&|^)", false), ("^", false)];
const ENDS: [(&str, bool); 5] =
    [("(&|$)", true), ("(?:&|$)", false), ("(?:$|&)", false), ("($|&)", true), ("$", false)];

pub(super) fn read(text: &str, fold: bool, negated: bool, number: usize) -> Result<Query, String> {
    let refused = || {
        let (not, fold) = (if negated { "!" } else { "" }, if fold { " [NC]" } else { "" });
        Err(format!("a condition on the query as {:?}{fold}", format!("{not}{text}")))
    };
    let begin = BEGINS.into_iter().find_map(|(begin, is_group)| Some((begin, is_group, text.strip_prefix(begin)?)));
    let Some((begin, is_group, rest)) = begin else { return refused() };
    let end = ENDS.into_iter().find_map(|(end, _)| Some((end, rest.strip_suffix(end)?)));
    let Some((end, pair)) = end else { return refused() };
    let Some((name, value)) = pair.split_once('=') else { return refused() };
    let more = (begin == "^" || end == "$").then_some("also where the query has further parameters");
    if fold || !is_plain(name) || (negated && more.is_some()) {
        return refused();
    }
    let has = |test: Value| not(negated, vec![("query".to_owned(), Value::Object(vec![(name.to_owned(), test)]))]);
    if is_plain(value) {
        return Ok(Query { when: has(string(value)), captures: Vec::new(), more });
    }
    let Ok(pcre) = Pcre::new(&format!("^{value}$"), false) else { return refused() };
    // Of other characters the query has escapes, and rules what these stand for; and `^a|b$` is not `^(a|b)$`.
    if !pcre.is_unreserved() || negated {
        return refused();
    }
    let own: Vec<String> = (1..=pcre.groups).map(|group| format!("c{number}x{group}")).collect();
    let test = Value::Object(vec![("regex".to_owned(), string(pcre.named(&own)?))]);
    let captures = is_group.then(String::new).into_iter().chain(own).collect();
    Ok(Query { when: has(test), captures, more })
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_~".contains(&byte))
}
