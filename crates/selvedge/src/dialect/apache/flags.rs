//! The flags of a `RewriteRule`.

#[derive(Default)]
pub(super) struct Flags {
    pub(super) status: Option<u16>,
    pub(super) last: bool,
    pub(super) end: bool,
    pub(super) fold: bool,
    pub(super) append: bool,
    pub(super) discard: bool,
    pub(super) no_escape: bool,
    pub(super) forbidden: bool,
    pub(super) proxy: bool,
    /// `[PT]`
    pub(super) passes: bool,
}

pub(super) fn read(text: &str) -> Result<Flags, String> {
    let mut flags = Flags::default();
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let inner = match inner {
        Some(inner) => inner,
        None if text.is_empty() => "",
        None => return Err(format!("flags as {text:?}")),
    };
    for (name, value) in each(inner) {
        match name.to_ascii_uppercase().as_str() {
            "R" | "REDIRECT" => {
                let status = match value.to_ascii_lowercase().as_str() {
                    "" | "temp" => 302,
                    "permanent" => 301,
                    "seeother" => 303,
                    number => number.parse().map_err(|_| format!("the status {number:?}"))?,
                };
                if !matches!(status, 301 | 302 | 303 | 307 | 308 | 400..=599) {
                    return Err(format!("the status {status}"));
                }
                flags.status = Some(status);
            }
            "L" | "LAST" => flags.last = true,
            "END" => flags.end = true,
            "NC" | "NOCASE" => flags.fold = true,
            "QSA" | "QSAPPEND" => flags.append = true,
            "QSD" | "QSDISCARD" => flags.discard = true,
            "NE" | "NOESCAPE" => flags.no_escape = true,
            "F" | "FORBIDDEN" => flags.forbidden = true,
            "G" | "GONE" => flags.status = Some(410),
            "P" | "PROXY" => flags.proxy = true,
            // It implies L: <https://httpd.apache.org/docs/2.4/rewrite/flags.html#flag_pt>
            "PT" | "PASSTHROUGH" => flags.passes = true,
            // Nothing here reads the variable.
            "E" | "ENV" | "NS" | "NOSUBREQ" | "DPI" | "DISCARDPATH" => {}
            _ if value.is_empty() => return Err(format!("the flag [{name}]")),
            _ => return Err(format!("the flag [{name}={value}]")),
        }
    }
    flags.last |= flags.passes && flags.status.is_none();
    flags.last |= flags.forbidden || flags.proxy || flags.status.is_some_and(|status| status >= 400);
    Ok(flags)
}

fn each(inner: &str) -> impl Iterator<Item = (&str, &str)> {
    let flags = inner.split(',').map(str::trim).filter(|flag| !flag.is_empty());
    flags.map(|flag| flag.split_once('=').unwrap_or((flag, "")))
}

/// The status of a rule that keeps requests out, whatever else it says.
pub(super) fn refuses(text: &str) -> Option<u16> {
    each(text.trim_start_matches('[').trim_end_matches(']')).find_map(|(name, value)| {
        match name.to_ascii_uppercase().as_str() {
            "F" | "FORBIDDEN" => Some(403),
            "G" | "GONE" => Some(410),
            "R" | "REDIRECT" => value.parse().ok().filter(|status| (400..600).contains(status)),
            _ => None,
        }
    })
}

/// Whether a rule only sets variables: `[PT]` would end the rules as well.
pub(super) fn only_sets(text: &str) -> bool {
    let names = each(text.trim_start_matches('[').trim_end_matches(']')).map(|(name, _)| name.to_ascii_uppercase());
    let (sets, others): (Vec<_>, Vec<_>) = names.partition(|name| matches!(name.as_str(), "E" | "ENV"));
    !sets.is_empty() && others.iter().all(|name| matches!(name.as_str(), "NC" | "NOCASE" | "NE" | "NOESCAPE" | "NS"))
}

/// Whether case does not count.
pub(super) fn folds(text: &str) -> bool {
    each(text.trim_start_matches('[').trim_end_matches(']'))
        .any(|(name, _)| matches!(name.to_ascii_uppercase().as_str(), "NC" | "NOCASE"))
}

/// What a rule says of those after it.
pub(super) enum Leads {
    /// `[C]`: the next one counts only where this one does.
    Chain,
    /// `[S=2]`: where this one counts, so many do not.
    Skip(usize),
}

pub(super) fn leads(text: &str) -> Option<Leads> {
    each(text.trim_start_matches('[').trim_end_matches(']')).find_map(|(name, value)| {
        match name.to_ascii_uppercase().as_str() {
            "C" | "CHAIN" => Some(Leads::Chain),
            "S" | "SKIP" => Some(Leads::Skip(value.parse().unwrap_or(1))),
            _ => None,
        }
    })
}

/// Whether a rule leads to another address, which the rules after it do not see.
pub(super) fn redirects(text: &str) -> bool {
    each(text.trim_start_matches('[').trim_end_matches(']'))
        .any(|(name, _)| matches!(name.to_ascii_uppercase().as_str(), "R" | "REDIRECT"))
}
