//! Regular expressions: regex-lite says which there are and what they match; here they become programs for the reader.

mod class;
mod parse;
mod place;
mod program;
#[cfg(feature = "functions")]
mod script;
mod tree;

use selvedge_plan::layout::MAX_INSTRUCTIONS;

pub(crate) use class::Class;
pub(crate) use place::is_at_one_place;
pub(crate) use program::{Instruction, is_led_to, links};
use tree::Tree;

/// What regex-lite says where an expression may take no memory, after it has read all of it.
const TOO_LARGE: &str = "compiled regex exceeded size limit";

/// What people miss in regex-lite.
const SYNTAX_HELP: &str =
    "see the regex-lite syntax: no look-around, no back-references, no \\p{…}; in JSON a backslash is written twice";

/// What makes an expression large.
pub(crate) const REPEAT_LESS: &str =
    "repeat less often: x{1000} counts as 1,000 times x; write x* or x+ where the number does not matter";

/// Group 0, and the match.
const FRAME: u64 = 3;

/// A regular expression that rules may have.
pub(crate) struct Expression {
    pub(crate) regex: regex_lite::Regex,
    tree: Tree,
}

/// Why a text is not one.
pub(crate) struct InvalidExpression {
    pub(crate) message: String,
    pub(crate) help: &'static str,
}

impl Expression {
    pub(crate) fn new(source: &str) -> Result<Expression, InvalidExpression> {
        let invalid = |message: String| InvalidExpression {
            message: format!("invalid regular expression: {message}"),
            help: SYNTAX_HELP,
        };
        let tree = parse::parse(source);
        let size = tree.as_ref().map_or(0, size);
        let mut builder = regex_lite::RegexBuilder::new(source);
        if size > MAX_INSTRUCTIONS as u64 {
            // Its syntax is still to be checked, but not worth seconds.
            builder.size_limit(0);
        }
        match (builder.build(), tree) {
            (Ok(regex), Some(tree)) => Ok(Expression { regex, tree }),
            (Ok(_), None) => Err(invalid("it cannot be compiled".to_owned())),
            (Err(error), Some(_)) if size > MAX_INSTRUCTIONS as u64 && error.to_string() == TOO_LARGE => {
                let (size, most) = (thousands(size), thousands(MAX_INSTRUCTIONS as u64));
                let message = format!("the regular expression compiles to {size} instructions, {most} are allowed");
                Err(InvalidExpression { message, help: REPEAT_LESS })
            }
            (Err(error), _) => Err(invalid(error.to_string())),
        }
    }

    /// How many instructions it has.
    pub(crate) fn size(&self) -> usize {
        size(&self.tree) as usize
    }

    pub(crate) fn instructions(&self) -> Vec<Instruction> {
        program::program(&self.tree)
    }
}

fn size(tree: &Tree) -> u64 {
    tree.instructions().saturating_add(FRAME)
}

/// A number as people read it.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(source: &str) -> String {
        Expression::new(source).err().map(|invalid| invalid.message).unwrap_or_default()
    }

    #[test]
    fn large_expressions_are_refused_with_their_size() {
        // Three for the frame, 300 × 999 characters.
        let message = "the regular expression compiles to 299,703 instructions, 2,048 are allowed";
        assert_eq!(says("(?:a{999}){300}"), message);
        assert!(says("(?:(?:a{999}){999}){999}").contains("997,003,002 instructions"));
        assert!(
            says("(?:(?:(?:(?:(?:a{9999}){9999}){9999}){9999}){9999}){9999}").contains("18,446,744,073,709,551,615")
        );
        assert_eq!(says(&"[a-z]{1000}".repeat(30)), message.replace("299,703", "30,003"));
        assert_eq!(says("a{2045}"), "");
        assert!(says("a{2046}").contains("2,049"));
    }

    #[test]
    fn size_is_that_of_the_program() {
        for source in ["", "a", "a|b|c", "(a)(?:b*)?|c{2,}", "(?:|a){3,5}?", "[^a].\\b$", &"(a)".repeat(20)] {
            let expression = Expression::new(source).ok().unwrap();
            assert_eq!(expression.size(), expression.instructions().len(), "{source}");
        }
    }

    #[test]
    fn regex_lite_has_the_first_word() {
        assert!(says("(").starts_with("invalid regular expression: "));
        assert!(says("(?:a{999}){300}(").starts_with("invalid regular expression: "));
        assert!(says("(?:a{999}){300}(?<n>b)(?<n>c)").contains("duplicate capture group name"));
        assert!(says(&"(".repeat(100_000)).contains("nesting"));
        assert!(says(&format!("a{}", "*".repeat(100_000))).contains("nesting"));
    }
}
