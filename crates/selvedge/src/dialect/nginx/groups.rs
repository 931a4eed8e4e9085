//! Variables that groups of expressions give by their names: `(?<name>…)`.

use super::lex::Directive;

/// What a variable is, as a template.
pub(super) type Given = (String, String);

/// The variables of an expression, where `captures` are its groups from 1; without those of which it is not known which of several
/// expressions gives them.
pub(super) fn given(names: &[(String, usize)], captures: &[String], unsure: &[String]) -> Vec<Given> {
    let capture = |number: &usize| captures.get(number.checked_sub(1)?).filter(|own| !own.is_empty());
    let is_sure = |(name, _): &&(String, usize)| !unsure.contains(name);
    names.iter().filter(is_sure).filter_map(|(name, number)| Some((name.clone(), capture(number)?.clone()))).collect()
}

/// Names that a server gives more than once.
pub(super) fn unsure(items: &[Directive]) -> Vec<String> {
    let mut all = Vec::new();
    add(items, &mut all);
    let is_twice = |name: &&String| all.iter().filter(|own| own == name).count() > 1;
    all.iter().filter(is_twice).cloned().collect()
}

fn add(items: &[Directive], all: &mut Vec<String>) {
    for item in items {
        if let ("set", Some(name)) = (item.name.as_str(), item.words.first()) {
            all.push(name.text.trim_start_matches('$').to_owned());
        }
        for word in &item.words {
            all.extend(names(&word.text).map(str::to_owned));
        }
        add(item.block.as_deref().unwrap_or_default(), all);
    }
}

/// The names of groups in a text.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split("(?").skip(1).filter_map(|rest| {
        let rest = rest.strip_prefix('P').unwrap_or(rest);
        let name = rest.strip_prefix(['<', '\''])?;
        let name = name.get(..name.find(['>', '\''])?)?;
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some(name)
    })
}
