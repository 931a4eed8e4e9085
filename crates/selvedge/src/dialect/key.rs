//! Headers that say who asks.

/// Headers of every browser say nothing of who asks; others may be a key.
pub(super) fn may_be_key(header: &str) -> bool {
    let of_browsers =
        ["accept", "connection", "host", "origin", "referer", "sec-", "upgrade", "user-agent", "x-forwarded-proto"];
    let header = header.to_ascii_lowercase();
    !of_browsers.iter().any(|begin| header.starts_with(begin))
}
