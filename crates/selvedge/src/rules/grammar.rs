//! Small grammars that several rules share.

use super::read::Node;
use crate::expression::Expression;

/// `token` of RFC 9110 §5.6.2: methods, header names and, by RFC 6265 §4.1.1, cookie names.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Checks a name that must be a token; `what` is a noun phrase such as "a header name".
pub(crate) fn check_token(node: &Node<'_>, text: &str, what: &str) -> bool {
    let fine = is_token(text);
    if !fine {
        let message = match text.chars().find(|c| !c.is_ascii() || !is_token(c.encode_utf8(&mut [0; 4]))) {
            Some(bad) => format!("{text:?} is not {what}: it contains {}", describe(bad)),
            None => format!("{what} cannot be empty"),
        };
        node.error(message, "use letters, digits and -_.!#$%&'*+^`|~");
    }
    fine
}

/// A character in words where printing it would not help.
pub(crate) fn describe(c: char) -> String {
    match c {
        '\0' => "NUL".to_owned(),
        '\r' => "CR (a line break)".to_owned(),
        '\n' => "LF (a line break)".to_owned(),
        '\t' => "a tab".to_owned(),
        ' ' => "a space".to_owned(),
        c if c.is_control() => format!("the control character U+{:04X}", u32::from(c)),
        c => format!("{c:?}"),
    }
}

/// Refuses control characters; `tab` says whether HTAB is fine.
pub(crate) fn check_control(node: &Node<'_>, text: &str, tab: bool) -> bool {
    // C1 controls are two bytes in UTF-8, 0xC2 and the code.
    if !text.bytes().any(|byte| byte < 0x20 || byte == 0x7F || byte == 0xC2) {
        return true;
    }
    let bad = text.chars().find(|c| c.is_control() && !(tab && *c == '\t'));
    if let Some(bad) = bad {
        node.error(format_args!("contains {}", describe(bad)), "remove it");
    }
    bad.is_none()
}

/// `field-value` of RFC 9110 §5.5, in ASCII: runtimes disagree on how to send anything else.
pub(crate) fn check_header_value(node: &Node<'_>, text: &str) -> bool {
    if let Some(bad) = text.chars().find(|c| c.is_control() && *c != '\t') {
        node.error(format_args!("the header value contains {}", describe(bad)), "remove it");
        return false;
    }
    if text.starts_with([' ', '\t']) || text.ends_with([' ', '\t']) {
        node.error("a header value cannot begin or end with a blank", "remove the blank");
        return false;
    }
    if let Some(bad) = text.chars().find(|c| !c.is_ascii()) {
        node.error(
            format_args!("contains {}, and a header value is ASCII", describe(bad)),
            "percent-encode it, or use the escapes of that header's grammar",
        );
        return false;
    }
    true
}

/// Whether the text is base64 with padding, RFC 4648 §4.
pub(crate) fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - digits.len() <= 2
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
}

/// A DNS name in lower case, RFC 1123 §2.1 and underscores; no port, no trailing dot.
pub(crate) fn is_domain(text: &str) -> bool {
    text.len() <= 253
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
        })
}

/// Checks a regular expression, and hands it back.
pub(crate) fn check_regex(node: &Node<'_>, source: &str) -> Option<Expression> {
    Expression::new(source).map_err(|invalid| node.problem("invalid-pattern", invalid.message, invalid.help)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_domains_and_base64() {
        assert!(is_token("X-Content-Type_Options~1"));
        assert!(!is_token("") && !is_token("X Bad") && !is_token("x:y") && !is_token("é"));
        assert!(is_domain("a.b-c.example") && is_domain("localhost"));
        assert!(!is_domain("") && !is_domain("a..b") && !is_domain("-a.b") && !is_domain("a:80") && !is_domain("A.b"));
        assert!(is_base64("") && is_base64("aGk=") && is_base64("aA==") && is_base64("ab+/"));
        assert!(!is_base64("aGk") && !is_base64("a===") && !is_base64("a-b_") && !is_base64("aG k="));
    }
}
