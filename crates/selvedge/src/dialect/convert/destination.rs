//! Targets and values for Vercel, without what it would take for captures.

/// A target without what Vercel takes for a group or a name. It decodes a query before it looks for them, and leaves a
/// fragment alone.
pub(super) fn destination(to: &str) -> Result<String, String> {
    no_groups(to)?;
    let (rest, fragment) = to.split_once('#').map_or((to, None), |(rest, fragment)| (rest, Some(fragment)));
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
    let after_scheme = rest.find("://").map_or(0, |at| at + "://".len());
    let (scheme, after) = rest.split_at(after_scheme);
    let (server, path) = after.split_at(if scheme.is_empty() { 0 } else { after.find('/').unwrap_or(after.len()) });
    let is_number = |after: &str| after.starts_with(|c: char| c.is_ascii_digit());
    if let Some(query) = query {
        let upper = query.to_ascii_uppercase().replace("%3A", ":");
        let numbers = upper.split(':').skip(1).any(is_number);
        if let Some(what) =
            ["(", ")", "%28", "%29"].into_iter().find(|it| upper.contains(it)).or(numbers.then_some(":"))
        {
            return Err(format!("way to write {what} in the query of a target"));
        }
    }
    let mut pieces = path.split(':');
    let mut out = format!("{scheme}{server}{}", pieces.next().unwrap_or_default());
    for piece in pieces {
        out.push_str(if is_number(piece) { "%3A" } else { ":" });
        out.push_str(piece);
    }
    out = out.replace('(', "%28").replace(')', "%29");
    out.extend(query.map(|query| format!("?{query}")));
    out.extend(fragment.map(|fragment| format!("#{fragment}")));
    Ok(out)
}

/// `$1` is a group of the source there.
pub(super) fn no_groups(text: &str) -> Result<(), String> {
    let number = text.split('$').skip(1).find_map(|after| after.chars().next().filter(char::is_ascii_digit));
    number.map_or(Ok(()), |number| Err(format!("way to write ${number} as text")))
}
