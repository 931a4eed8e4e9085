//! What a rule with `"fallback"` asks of the origin's answer.

use crate::platform::Table;
use crate::rules::{Condition, Match, StatusRange, Subject};

/// The origin has nothing there: 404, or what the platform's object store says instead.
pub(crate) fn missing(table: Table, when: Option<&Condition>) -> Condition {
    let status = |status: u16| Condition::Test {
        subject: Subject::Status,
        test: Match::Status(vec![StatusRange { first: status, last: status }]),
    };
    let missing = match table.missing_as_403 {
        None => status(404),
        Some(server) => Condition::Any(vec![
            status(404),
            Condition::All(vec![
                status(403),
                Condition::Test {
                    subject: Subject::ResponseHeader("server".to_owned()),
                    test: Match::Equal(vec![server.to_owned()]),
                },
            ]),
        ]),
    };
    match when {
        None => missing,
        Some(when) => Condition::All(vec![missing, when.clone()]),
    }
}

/// The origin has nothing there, and asking once more is safe and needs no body.
pub(crate) fn asks_again(table: Table, when: Option<&Condition>) -> Condition {
    let methods = ["GET", "HEAD"].map(str::to_owned).to_vec();
    let safe = Condition::Test { subject: Subject::Method, test: Match::Equal(methods) };
    Condition::All(vec![safe, missing(table, when)])
}
