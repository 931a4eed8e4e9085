//! Where in a text a part of an expression is looked at.

use super::parse;
use super::tree::{Repeat, Tree};

/// Whether `mark`, a character of the expression, can stand at one place of a text only, wherever the rest matches:
/// all before it has one length, or ends where the next slash is.
pub(crate) fn is_at_one_place(source: &str, mark: char) -> bool {
    let mut before = Vec::new();
    let Ok(parsed) = parse::parse(source) else { return false };
    way_to(&parsed.tree, mark.into(), &mut before)
        && before.iter().enumerate().all(|(position, part)| {
            let at_slash = matches!(before.get(position + 1), Some(Tree::Char(SLASH)));
            has_one_length(part) || at_slash && spares_slash(part)
        })
}

const SLASH: u32 = '/' as u32;

/// Collects what comes before the mark. False if the mark is in a part that is optional, repeated or one of several.
fn way_to<'t>(tree: &'t Tree, mark: u32, before: &mut Vec<&'t Tree>) -> bool {
    match tree {
        Tree::Char(c) if *c == mark => true,
        Tree::Group(_, of) => way_to(of, mark, before),
        Tree::Concat(parts) => parts.iter().any(|part| way_to(part, mark, before)),
        part => {
            before.push(part);
            false
        }
    }
}

fn has_one_length(tree: &Tree) -> bool {
    match tree {
        Tree::Empty | Tree::Look(_) | Tree::Char(_) | Tree::Class(_) => true,
        Tree::Repeat(Repeat { min, max, of, .. }) => *max == Some(*min) && has_one_length(of),
        Tree::Group(_, of) => has_one_length(of),
        Tree::Concat(parts) => parts.iter().all(has_one_length),
        Tree::Alternate(_) => false,
    }
}

fn spares_slash(tree: &Tree) -> bool {
    match tree {
        Tree::Empty | Tree::Look(_) => true,
        Tree::Char(c) => *c != SLASH,
        Tree::Class(class) => !class.ranges.iter().any(|(first, last)| (*first..=*last).contains(&SLASH)),
        Tree::Repeat(repeat) => spares_slash(&repeat.of),
        Tree::Group(_, of) => spares_slash(of),
        Tree::Concat(parts) | Tree::Alternate(parts) => parts.iter().all(spares_slash),
    }
}

#[cfg(test)]
mod tests {
    use super::is_at_one_place;

    #[test]
    fn one_length_or_up_to_a_slash() {
        for source in ["@", "/@a", "(/(?:@.*))", "/[^/]+/@", "/(?:en|de-at)/(@.*)/x", "/a{2}.@", "^/(\\w+)/b/(?:c@)"] {
            assert!(is_at_one_place(source, '@'), "{source}");
        }
        for source in
            ["", "a", "a*@", "/[^/]+@", "/.*/@", "(/@)?", "(a|@)", "/(?:a|bc)@", "(?:@a)+", "/(?:a/|b)/@", "/\\D+/@"]
        {
            assert!(!is_at_one_place(source, '@'), "{source}");
        }
    }
}
