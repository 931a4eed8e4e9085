//! `joined-set-cookie`: several cookies in one line. Browsers take it for one, RFC 6265 §3.

use crate::analysis::header_values::header_values;
use crate::rules::Model;
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    for header in header_values(rules).into_iter().filter(|header| header.name == "set-cookie") {
        for (value, place) in header.literals() {
            if let Some(second) = second_cookie(value) {
                report.warning(
                    "joined-set-cookie",
                    &place,
                    format_args!(
                        "{second:?} would be a part of the first cookie: Set-Cookie lines cannot be joined by a comma"
                    ),
                    match report.is_rule_file(&place) {
                        true => "keep one, or set the others elsewhere",
                        false => "write a list, one cookie an item",
                    },
                );
            }
        }
    }
}

/// What looks like `name=value` after a comma; the comma of a date is followed by a day.
fn second_cookie(value: &str) -> Option<&str> {
    value.split(',').skip(1).map(str::trim_start).find(|rest| {
        let name = rest.split(['=', ';', ' ']).next().unwrap_or_default();
        !name.is_empty() && rest.get(name.len()..).is_some_and(|rest| rest.starts_with('='))
    })
}

#[cfg(test)]
mod tests {
    use super::second_cookie;

    #[test]
    fn dates_have_commas_too() {
        assert_eq!(second_cookie("a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/"), None);
        assert_eq!(second_cookie("a=1; Path=/, b=2"), Some("b=2"));
        assert_eq!(second_cookie("a=1,2,3"), None);
    }
}
