//! Random expressions and texts: the reader against regex-lite.

#![allow(clippy::indexing_slicing)]

use regex_lite::{Captures, Regex};
use selvedge_plan::layout::{CHECKED_FROM, CHECKSUM, HEADER_WORDS, op, part, place};
use selvedge_plan::{Answer, Reader, Scratch, checksum};

use super::Writer;
use crate::compile::bytes::{push_number, push_text};
use crate::expression::Expression;

/// Random numbers, the same each time (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// An expression by the grammar.
fn expression(random: &mut Random, depth: usize) -> String {
    let atoms = [
        "a",
        "b",
        "c",
        "é",
        "☃",
        ".",
        "^",
        "$",
        r"\b",
        r"\B",
        r"\A",
        r"\z",
        r"\d",
        r"\D",
        r"\w",
        r"\W",
        r"\s",
        r"\S",
        "[ab]",
        "[^ab]",
        "[a-c]",
        "[^;]",
        r"[\d_]",
        r"[^\w]",
        "[[:alpha:]]",
        "[[:^space:]]",
        "[-a]",
        "[a-]",
        "[]a]",
        "[^]a]",
        r"\x61",
        r"\x{e9}",
        r"é",
        r"\n",
        r"\t",
        r"\.",
        r"\-",
        r"\<",
        r"\>",
        r"\b{start}",
        r"\b{end}",
        r"\b{start-half}",
        r"\b{end-half}",
        "A",
        "B",
        "_",
        "0",
        " ",
        ";",
        r"[\x{80}-\x{10FFFF}]",
        r"\U0001F600",
        "\u{1F600}",
    ];
    if depth == 0 {
        return random.one(&atoms).to_owned();
    }
    match random.below(10) {
        0..=1 => random.one(&atoms).to_owned(),
        2..=3 => (0..1 + random.below(3)).map(|_| expression(random, depth - 1)).collect(),
        4 => {
            let parts: Vec<String> = (0..1 + random.below(3)).map(|_| expression(random, depth - 1)).collect();
            format!("(?:{})", parts.join("|"))
        }
        5 => {
            let parts: Vec<String> = (0..random.below(3)).map(|_| expression(random, depth - 1)).collect();
            format!("({}|{})", parts.join("|"), expression(random, depth - 1))
        }
        6 => format!("({})", expression(random, depth - 1)),
        7 => {
            let flags = random.one(&["i", "m", "s", "R", "U", "x", "mR", "is", "i-s", "Um", "xi"]);
            let colon = random.one(&[":", ")"]);
            let close = if colon == ":" { ")" } else { "" };
            format!("(?{flags}{colon}{}{close}", expression(random, depth - 1))
        }
        _ => {
            let times = random
                .one(&["*", "+", "?", "*?", "+?", "??", "{2}", "{0}", "{1,}", "{0,2}", "{2,3}?", "{2,}", "{0,}?"]);
            let of = expression(random, depth - 1);
            if of.chars().count() == 1 { of + times } else { format!("(?:{of}){times}") }
        }
    }
}

/// An expression by chance; most are not valid.
fn noise(random: &mut Random) -> String {
    let pieces = [
        "a",
        "b",
        "A",
        "(",
        ")",
        "(?:",
        "[",
        "]",
        "[^",
        "{",
        "}",
        "{2,",
        "3}",
        "|",
        "*",
        "+",
        "?",
        "\\",
        "^",
        "$",
        ".",
        "-",
        "(?i)",
        "(?x)",
        "(?x:",
        "#",
        "\n",
        " ",
        ",",
        "&",
        "~",
        "[:alpha:]",
        "\\b",
        "x{41}",
        "\\d",
        "(?<n>",
        "é",
        "1",
    ];
    (0..1 + random.below(10)).map(|_| random.one(&pieces)).collect()
}

fn text(random: &mut Random) -> String {
    let letters = ["a", "b", "c", "A", "é", "☃", "\u{1F600}", "_", "0", " ", ";", "\n", "\r", "\t", "-", "."];
    let longest = random.one(&[3, 8, 8, 20, 300, 1100]);
    let few = 1 + random.below(letters.len());
    let all: String = (0..random.below(longest)).map(|_| letters[random.below(few)]).collect();
    all
}

/// As `place::COMPONENT` writes it.
fn encoded(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!'()*".contains(&byte);
    text.bytes().map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// What stands in place of a match: all its groups.
fn shown(found: &Captures<'_>) -> String {
    (0..4).map(|n| format!("<{}", encoded(found.get(n).map_or("", |group| group.as_str())))).collect()
}

/// The reader's answer to `replace`; `None` where the line is to go.
fn replaced(reader: &Reader<Vec<u8>>, op: u32, line: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = vec![0; 64];
    loop {
        let mut scratch = Scratch { bytes: &mut bytes, words: &mut [0; 4], base: 0 };
        match reader.ask(op, line, &mut scratch) {
            None if bytes.len() > 16 << 20 => return None,
            None => bytes = vec![0; 2 * bytes.len()],
            Some(Answer::Text(at, len)) => return Some(bytes[at as usize..][..len as usize].to_vec()),
            Some(Answer::No) => return Some(line.to_vec()),
            _ => return None,
        }
    }
}

/// A plan with nothing but an op that replaces what `source` matches.
fn reader_of(source: &str) -> (Reader<Vec<u8>>, u32) {
    let mut writer = Writer::new();
    let program = writer.regex(source);
    let mut template = vec![8];
    for n in 0..4 {
        push_number(&mut template, part::LITERAL);
        push_text(&mut template, "<");
        for number in [part::CAPTURE, place::COMPONENT, n] {
            push_number(&mut template, number);
        }
    }
    let template = writer.bytes(&template);
    let list = writer.words(&[1, 1, program, template]);
    let op = writer.words(&[op::REPLACE, 0, 0, list, 0]);
    (Reader::load(writer.finish(0, |_| String::new())).unwrap(), op)
}

/// As many expressions with some texts each; the number of pairs.
fn compare(seed: u64, expressions: usize, texts: usize) -> usize {
    let mut random = Random(seed);
    let mut pairs = 0;
    for _ in 0..expressions {
        let depth = 1 + random.below(5);
        let source = if random.below(3) == 0 { noise(&mut random) } else { expression(&mut random, depth) };
        let Ok(regex) = Regex::new(&source) else { continue };
        match Expression::new(&source) {
            Ok(expression) => assert_eq!(expression.size(), expression.instructions().len(), "{source:?}"),
            Err(invalid) => {
                assert!(invalid.message.contains("are allowed"), "{source:?}: {}", invalid.message);
                continue;
            }
        }
        let (reader, op) = reader_of(&source);
        for _ in 0..texts {
            let text = text(&mut random);
            let expected = regex.replace_all(&text, |found: &Captures<'_>| shown(found));
            let actual = replaced(&reader, op, text.as_bytes()).map(|text| String::from_utf8_lossy(&text).into_owned());
            assert_eq!(actual.as_deref(), Some(&*expected), "seed {seed}, {source:?} on {text:?}");
            pairs += 1;
        }
    }
    pairs
}

#[test]
fn random_expressions_match_as_in_regex_lite() {
    assert!(compare(9, 1500, 8) > 5000);
}

/// What regex-lite takes is taken, and what it refuses is refused: texts that are an expression but for a few pieces.
#[test]
fn random_texts_are_expressions_where_regex_lite_says_so() {
    let pieces = [
        "(", ")", "(?", "(?P<", "(?<", "<", ">", "n", "_", "1", "(?=", "(?<!", "(?-", "-", "i", "x", "u", ":", "(?)",
        "\\", "\\p", "\\1", "\\e", "\\x", "\\x{", "4", "+41", "\\u00", "\\U0011", "\\b{", "start", "end-half", "{",
        "}", "{1}", ",", "{3,1}", "=", "&&", "--", "~~", "[", "]", "[[:", ":]]", "alpha", "^", "[b-a]", "[\\d-z]", "é",
        " ", "\n", "*", "?", "|", "[\\b]",
    ];
    let mut random = Random(5);
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..30_000 {
        let depth = random.below(4);
        let mut source = if random.below(2) == 0 { noise(&mut random) } else { expression(&mut random, depth) };
        for _ in 0..random.below(4) {
            let ends: Vec<usize> = source.char_indices().map(|(at, _)| at).chain([source.len()]).collect();
            let at = random.one(&ends);
            match source[at..].chars().next().filter(|_| random.below(2) == 0) {
                Some(_) => {
                    source.remove(at);
                }
                None => source.insert_str(at, random.one(&pieces)),
            }
        }
        let own = Expression::new(&source);
        let theirs = Regex::new(&source);
        let is_large = own.as_ref().is_err_and(|wrong| wrong.message.contains("are allowed"));
        assert_eq!(own.is_ok() || is_large, theirs.is_ok(), "{source:?}: {:?}", theirs.err());
        *if theirs.is_ok() { &mut taken } else { &mut refused } += 1;
        // regex-lite forgets groups that are repeated no times.
        if let (Ok(own), Ok(theirs), false) = (own, theirs, source.contains("{0}")) {
            let names = theirs.capture_names().skip(1);
            assert!(names.eq(own.names.iter().map(Option::as_deref)), "{source:?}");
        }
    }
    assert!(taken > 5000 && refused > 5000, "{taken}, {refused}");
}

/// Whatever stands in a program: it is followed within its steps, and nothing panics.
#[test]
fn forged_programs_come_to_an_end() {
    let mut random = Random(3);
    for source in ["(a*)*b|a", "(?:a|[^b])+?$", r"^a{3,}(?:b.*c|\b)", "(?i)[a-z]x"] {
        let (reader, op) = reader_of(source);
        let plan = reader.plan().as_bytes();
        let first = HEADER_WORDS as usize;
        for n in 0..1500 {
            let mut forged = plan.to_vec();
            // Every word once, then two at a time.
            let places = if n < plan.len() / 4 - first { vec![first + n] } else { vec![0, 0] };
            for place in places {
                let place = if place > 0 { place } else { first + random.below(plan.len() / 4 - first) };
                let number = random.below(plan.len()) as u32;
                let instruction = random.below(9) as u32 | (random.below(20) as u32) << 8;
                let hostile = [
                    0,
                    1,
                    3,
                    u32::MAX,
                    0x7FFF_FFFF,
                    0x8000_0000,
                    0xFFFF,
                    0xFF01,
                    0xFF02,
                    number & !3,
                    number,
                    instruction,
                ];
                let word = random.one(&hostile);
                forged[4 * place..][..4].copy_from_slice(&word.to_le_bytes());
            }
            let sum = checksum(&forged[CHECKED_FROM..]);
            forged[4 * CHECKSUM as usize..][..8].copy_from_slice(&sum.to_le_bytes());
            if let Ok(reader) = Reader::load(forged) {
                replaced(&reader, op, text(&mut random).as_bytes());
            }
        }
    }
}

/// By hand: `SEED=… cargo test --release -p selvedge --lib oracle -- --ignored --nocapture`.
#[test]
#[ignore = "takes minutes"]
fn a_million_pairs_match_as_in_regex_lite() {
    let mut seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut pairs = 0;
    while pairs < 1_000_000 {
        pairs += compare(seed, 2000, 10);
        seed += 1;
    }
    println!("{pairs} pairs");
}
