//! The reference says of each kind of rules what the table of kinds does.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use selvedge::internal::kinds;

const REFERENCE: &str = include_str!("../../../docs/reference/rules.md");

/// The words of a text that stand in backticks.
fn quoted(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The sentence of the reference that begins so.
fn sentence(beginning: &str) -> &'static str {
    let (_, rest) = REFERENCE.split_once(beginning).expect(beginning);
    rest.split(['.', ':']).next().unwrap()
}

#[test]
fn the_table_of_stages_has_every_kind() {
    let (_, rest) = REFERENCE.split_once("| kind | stage | `\"at\"` may say |\n| --- | --- | --- |\n").unwrap();
    let rows: Vec<Vec<&str>> = rest
        .lines()
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    for kind in kinds() {
        let own = |row: &&Vec<&str>| quoted(row[1]).contains(kind.name);
        let stages: Vec<&str> = rows.iter().filter(own).map(|row| row[2]).collect();
        for stage in [Some(kind.usual), kind.also].into_iter().flatten() {
            assert!(stages.iter().any(|text| text.contains(stage.name())), "{}: {}", kind.name, stage.name());
        }
        for other in kind.others {
            let said = rows.iter().filter(own).any(|row| row[3].contains(other.name()));
            assert!(said, "{} may run at {}", kind.name, other.name());
        }
    }
    let known: BTreeSet<&str> = kinds().into_iter().map(|kind| kind.name).collect();
    for word in rows.iter().flat_map(|row| quoted(row[1])) {
        let name = word.split(['.', ':']).next().unwrap();
        assert!(known.contains(name) || name.starts_with('"'), "{word} is not a kind");
    }
}

#[test]
fn the_reference_says_where_the_first_match_wins() {
    let lists = |first: bool| -> BTreeSet<&str> {
        kinds().into_iter().filter(|kind| kind.is_list && kind.first_match == first).map(|kind| kind.name).collect()
    };
    assert_eq!(quoted(sentence("wins: ")), lists(true));
    let mut all = quoted(sentence("All matching rules of"));
    // Each assigns a variant of its own.
    all.insert("experiments");
    assert_eq!(all, lists(false));
}

#[test]
fn the_reference_lists_kinds_in_their_order() {
    let order = sentence("Inside a request stage the order is: ");
    let at_requests = kinds().into_iter().filter(|kind| kind.usual.is_request());
    let positions: Vec<usize> = at_requests.map(|kind| order.find(kind.name).unwrap()).collect();
    assert!(positions.is_sorted(), "{order}");
}
