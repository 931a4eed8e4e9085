//! The words that an expression comes to, where these are a few.

use super::{Node, Pcre};

/// How many there may be.
const MAX_WORDS: usize = 64;

/// A word, and whether a text has to begin and to end with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::dialect) struct Bounded {
    pub(in crate::dialect) begins: bool,
    pub(in crate::dialect) word: String,
    pub(in crate::dialect) ends: bool,
}

impl Pcre {
    /// Its words, if each is plain text and its case counts: `^TRAC[EK]$` has two.
    pub(in crate::dialect) fn words(&self) -> Option<Vec<Bounded>> {
        if self.fold {
            return None;
        }
        let mut words: Vec<Bounded> = Vec::new();
        for word in after(vec![Bounded::default()], &self.node)? {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        Some(words)
    }
}

/// What words come to with this after them.
fn after(words: Vec<Bounded>, node: &Node) -> Option<Vec<Bounded>> {
    let words = match node {
        Node::One(set) => {
            let each = |word: &Bounded| -> Option<Vec<Bounded>> {
                // After the end there is nothing.
                let plain = |byte: u8| (byte.is_ascii_graphic() && !word.ends).then_some(char::from(byte));
                let more = |byte: u8| Some(Bounded { word: format!("{}{}", word.word, plain(byte)?), ..word.clone() });
                set.bytes().take(MAX_WORDS + 1).map(more).collect()
            };
            words.iter().map(each).collect::<Option<Vec<_>>>()?.concat()
        }
        Node::Start if words.iter().all(|word| word.word.is_empty() && !word.ends) => {
            words.into_iter().map(|word| Bounded { begins: true, ..word }).collect()
        }
        Node::Start => return None,
        Node::End => words.into_iter().map(|word| Bounded { ends: true, ..word }).collect(),
        Node::Group(inside, _) => after(words, inside)?,
        Node::Each(nodes) => nodes.iter().try_fold(words, after)?,
        Node::Either(ways) => ways.iter().map(|way| after(words.clone(), way)).collect::<Option<Vec<_>>>()?.concat(),
        Node::Repeat { node, min: 0, max: Some(1), .. } => [after(words.clone(), node)?, words].concat(),
        Node::Repeat { .. } => return None,
    };
    (words.len() <= MAX_WORDS).then_some(words)
}
