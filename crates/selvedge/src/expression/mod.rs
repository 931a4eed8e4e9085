//! Regular expressions: which there are and what they match is as in regex-lite; here they become programs for the reader.

#[cfg(feature = "functions")]
mod ambiguity;
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

/// What people miss in regex-lite.
const SYNTAX_HELP: &str =
    "see the regex-lite syntax: no look-around, no back-references, no \\p{…}; in JSON a backslash is written twice";

/// What makes an expression large.
pub(crate) const REPEAT_LESS: &str =
    "repeat less often: x{1000} counts as 1,000 times x; write x* or x+ where the number does not matter";

/// Each takes 8 bytes while rules are compiled, and more time the more there are.
const MAX_RANGES: u64 = 1 << 20;

/// Group 0, and the match.
const FRAME: u64 = 3;

/// A regular expression that rules may have.
pub(crate) struct Expression {
    /// The names of its groups, in their order, without group 0.
    pub(crate) names: Vec<Option<String>>,
    tree: Tree,
}

/// Why a text is not one.
pub(crate) struct InvalidExpression {
    pub(crate) message: String,
    pub(crate) help: &'static str,
}

impl Expression {
    pub(crate) fn new(source: &str) -> Result<Expression, InvalidExpression> {
        let parsed = parse::parse(source).map_err(|wrong| InvalidExpression {
            message: ["invalid regular expression: ", wrong].concat(),
            help: SYNTAX_HELP,
        })?;
        let (size, most) = match (size(&parsed.tree), parsed.tree.ranges()) {
            (size, _) if size > MAX_INSTRUCTIONS as u64 => (size, MAX_INSTRUCTIONS as u64),
            (_, ranges) if ranges > MAX_RANGES => (ranges, MAX_RANGES),
            _ => {
                let names = parsed.names.into_iter().map(|name| name.map(str::to_owned)).collect();
                return Ok(Expression { names, tree: parsed.tree });
            }
        };
        let (size, most) = (thousands(size), thousands(most));
        let message = format!("the regular expression compiles to {size} instructions, {most} are allowed");
        Err(InvalidExpression { message, help: REPEAT_LESS })
    }

    /// The number of a group by its name.
    pub(crate) fn group(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|group| group.as_deref() == Some(name)).map(|at| at + 1)
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
    fn what_is_wrong_is_said() {
        assert!(says("(").starts_with("invalid regular expression: "));
        assert!(says("(?:a{999}){300}(").starts_with("invalid regular expression: "));
        assert!(says("(?:a{999}){300}(?<n>b)(?<n>c)").contains("duplicate group name"));
        assert!(says(&"(".repeat(100_000)).contains("nested deeper"));
        assert!(says(&format!("a{}", "*".repeat(100_000))).contains("nested deeper"));
    }
}
