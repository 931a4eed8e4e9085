//! A regular expression as a tree.

use selvedge_plan::layout::MAX_CAPTURES;

use super::class::Class;

#[derive(Debug)]
pub(super) enum Tree {
    Empty,
    Char(u32),
    Class(Class),
    /// An assertion, see [`selvedge_plan::layout::look`].
    Look(u32),
    Repeat(Repeat),
    /// A group that captures, by its number.
    Group(usize, Box<Tree>),
    Concat(Vec<Tree>),
    Alternate(Vec<Tree>),
}

#[derive(Debug)]
pub(super) struct Repeat {
    pub(super) min: u32,
    pub(super) max: Option<u32>,
    pub(super) greedy: bool,
    pub(super) of: Box<Tree>,
}

impl Tree {
    pub(super) fn concat(mut parts: Vec<Tree>) -> Tree {
        match parts.len() {
            0 => Tree::Empty,
            1 => parts.pop().unwrap_or(Tree::Empty),
            _ => Tree::Concat(parts),
        }
    }

    pub(super) fn alternate(mut parts: Vec<Tree>) -> Tree {
        match parts.len() {
            1 => parts.pop().unwrap_or(Tree::Empty),
            _ => Tree::Alternate(parts),
        }
    }

    pub(super) fn repeat(repeat: Repeat) -> Tree {
        match (repeat.min, repeat.max) {
            (0, Some(0)) => Tree::Empty,
            (1, Some(1)) => *repeat.of,
            _ => Tree::Repeat(repeat),
        }
    }

    pub(super) fn matches_empty(&self) -> bool {
        match self {
            Tree::Empty | Tree::Look(_) => true,
            Tree::Char(_) | Tree::Class(_) => false,
            Tree::Repeat(repeat) => repeat.min == 0 || repeat.of.matches_empty(),
            Tree::Group(_, of) => of.matches_empty(),
            Tree::Concat(parts) => parts.iter().all(Tree::matches_empty),
            Tree::Alternate(parts) => parts.iter().any(Tree::matches_empty),
        }
    }

    /// Whether there are more than so many parts in parts.
    pub(super) fn is_deeper_than(&self, levels: u32) -> bool {
        let is_deeper = |part: &Tree| levels.checked_sub(1).is_none_or(|below| part.is_deeper_than(below));
        match self {
            Tree::Empty | Tree::Char(_) | Tree::Class(_) | Tree::Look(_) => false,
            Tree::Repeat(Repeat { of, .. }) | Tree::Group(_, of) => is_deeper(of),
            Tree::Concat(parts) | Tree::Alternate(parts) => parts.iter().any(is_deeper),
        }
    }

    /// How many instructions the tree becomes, without making them.
    pub(super) fn instructions(&self) -> u64 {
        self.count(|_| 1)
    }

    /// How many ranges of characters its instructions hold.
    pub(super) fn ranges(&self) -> u64 {
        self.count(|class| class.ranges.len() as u64)
    }

    fn count(&self, class: fn(&Class) -> u64) -> u64 {
        let sum = |parts: &[Tree]| parts.iter().map(|part| part.count(class)).fold(0, u64::saturating_add);
        match self {
            Tree::Empty => 0,
            Tree::Class(of) => class(of),
            Tree::Char(_) | Tree::Look(_) => 1,
            Tree::Group(number, of) => of.count(class).saturating_add(if *number < MAX_CAPTURES { 2 } else { 0 }),
            Tree::Concat(parts) => sum(parts),
            Tree::Alternate(parts) => sum(parts).saturating_add(2 * (parts.len() as u64 - 1)),
            Tree::Repeat(Repeat { min, max, of, .. }) => {
                let one = of.count(class);
                let (min, max) = (u64::from(*min), max.map(u64::from));
                match max {
                    Some(max) => one.saturating_mul(max).saturating_add(max - min),
                    None if min == 0 => one.saturating_add(2),
                    None => one.saturating_mul(min).saturating_add(1),
                }
            }
        }
    }
}
