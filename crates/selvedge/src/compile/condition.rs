//! `when`, as the reader tests it.

use selvedge_plan::layout::{condition, input, role, subject, test};
use selvedge_plan::small;

use super::stage::StageBuilder;
use super::writer::Writer;
use crate::platform::Fact;
use crate::rules::{Condition, Match, Subject};

/// Writes a condition and returns its offset.
pub(super) fn condition(writer: &mut Writer, stage: &mut StageBuilder, what: &Condition) -> u32 {
    let at = match what {
        Condition::All(parts) => group(writer, stage, condition::ALL, parts),
        Condition::Any(parts) => group(writer, stage, condition::ANY, parts),
        Condition::Not(part) => {
            let part = condition(writer, stage, part);
            writer.walked(vec![condition::NOT, part])
        }
        Condition::Test { subject, test } => leaf(writer, stage, subject, test),
    };
    writer.map.condition(at, what);
    at
}

fn group(writer: &mut Writer, stage: &mut StageBuilder, kind: u32, parts: &[Condition]) -> u32 {
    let parts: Vec<u32> = parts.iter().map(|part| condition(writer, stage, part)).collect();
    let mut record = vec![kind, parts.len() as u32];
    record.extend(parts);
    writer.walked(record)
}

pub(super) fn leaf(writer: &mut Writer, stage: &mut StageBuilder, what: &Subject, with: &Match) -> u32 {
    let table = stage.table;
    let (kind, position, name) = match what {
        Subject::Host => (subject::HOST, stage.role(role::HOST), ""),
        Subject::Scheme => (subject::VALUE, stage.role(role::SCHEME), ""),
        Subject::Method => (subject::VALUE, stage.input(input::METHOD, ""), ""),
        Subject::Query(name) => (subject::QUERY, stage.role(role::QUERY), name.as_str()),
        Subject::Header(name) => (subject::LINES, stage.input(input::REQUEST_HEADER, name), ""),
        Subject::Cookie(name) => (subject::COOKIE, stage.role(role::COOKIE), name.as_str()),
        Subject::Country => (subject::VALUE, stage.fact(table.country, input::COUNTRY), ""),
        Subject::Language => (subject::LANGUAGE, stage.input(input::REQUEST_HEADER, "accept-language"), ""),
        Subject::Device => match table.device {
            Fact::OriginFlags(flags) => return device(writer, stage, flags, with),
            fact => (subject::LINES, stage.fact(fact, input::DEVICE), ""),
        },
        Subject::Ip => (subject::VALUE, stage.input(input::CLIENT, ""), ""),
        Subject::Status => {
            stage.flags |= selvedge_plan::layout::USES_STATUS;
            (subject::STATUS, 0, "")
        }
        Subject::ResponseHeader(name) => (subject::LINES, stage.input(input::RESPONSE_HEADER, name), ""),
        Subject::ContentType => (subject::CONTENT_TYPE, stage.role(role::CONTENT_TYPE), ""),
    };
    let with = write_test(writer, with, *what == Subject::Host, what.about().folds);
    writer.asks_for_more(!small::has_test(kind, writer.word(with, 0)));
    let [name_at, name_len] = if name.is_empty() { [0, 0] } else { writer.text(name) };
    writer.walked(vec![condition::TEST, kind, position, name_at, name_len, with])
}

fn write_test(writer: &mut Writer, with: &Match, host: bool, fold: bool) -> u32 {
    let options = |writer: &mut Writer, kind: u32, texts: &[String]| {
        let mut record = vec![kind, u32::from(fold), texts.len() as u32];
        for text in texts {
            // Looking for a text costs by its length, so it is not shared with other tests, see `MAX_SHARED`.
            record.extend(if kind == test::CONTAINS { writer.new_text(text) } else { writer.text(text) });
        }
        record
    };
    let one = std::slice::from_ref::<String>;
    let record = match with {
        Match::Present(present) => vec![test::PRESENT, u32::from(*present)],
        Match::Equal(texts) if host => options(writer, test::HOST, texts),
        Match::Equal(texts) => options(writer, test::EQUAL, texts),
        Match::Prefix(text) => options(writer, test::PREFIX, one(text)),
        Match::Suffix(text) => options(writer, test::SUFFIX, one(text)),
        Match::Contains(text) => options(writer, test::CONTAINS, one(text)),
        Match::Regex(source) => vec![test::REGEX, writer.regex(source)],
        Match::Cidr(networks) => {
            let mut record = vec![test::CIDR, networks.len() as u32];
            for network in networks {
                let (words, _) = network.address.as_chunks::<4>();
                record.extend(words.iter().map(|word| u32::from_be_bytes(*word)));
                record.push(u32::from(network.prefix));
            }
            record
        }
        Match::Status(ranges) => {
            let mut record = vec![test::STATUS, ranges.len() as u32];
            record.extend(ranges.iter().flat_map(|range| [u32::from(range.first), u32::from(range.last)]));
            record
        }
    };
    writer.walked(record)
}

/// A device that the platform tells by headers that are `true` or `false`: any of those whose word passes the test.
fn device(writer: &mut Writer, stage: &mut StageBuilder, flags: &[(&str, &str)], with: &Match) -> u32 {
    let passes = |word: &str| match with {
        Match::Present(_) => true,
        Match::Equal(words) => words.iter().any(|other| other.eq_ignore_ascii_case(word)),
        Match::Prefix(text) => word.starts_with(text.as_str()),
        Match::Suffix(text) => word.ends_with(text.as_str()),
        Match::Contains(text) => word.contains(text.as_str()),
        Match::Regex(source) => Writer::matches(source, word),
        Match::Cidr(_) | Match::Status(_) => false,
    };
    let mut tests = Vec::new();
    for (_, header) in flags.iter().filter(|(word, _)| passes(word)) {
        let position = if stage.table.one_pass || stage.sees_origin_headers() {
            stage.input(input::REQUEST_HEADER, header)
        } else {
            0
        };
        let with = write_test(writer, &Match::Equal(vec!["true".to_owned()]), false, true);
        tests.push(writer.walked(vec![condition::TEST, subject::LINES, position, 0, 0, with]));
    }
    let mut record = vec![condition::ANY, tests.len() as u32];
    record.extend(tests);
    let any = writer.walked(record);
    match with {
        Match::Present(false) => writer.walked(vec![condition::NOT, any]),
        _ => any,
    }
}
