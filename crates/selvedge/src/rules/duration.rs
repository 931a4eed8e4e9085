//! Durations: seconds, or `"30d"`.

use super::Value;
use super::read::Node;

/// A number of seconds above zero, or text with a unit: `s`, `m`, `h`, `d` or `w`.
pub(crate) fn read_seconds(node: &Node<'_>) -> Option<u32> {
    let seconds = match node.value {
        Value::Number(seconds) if seconds.fract() == 0.0 && (1.0..=f64::from(u32::MAX)).contains(seconds) => {
            Some(*seconds as u32)
        }
        Value::String(text) => parse(text).filter(|seconds| *seconds > 0),
        _ => None,
    };
    if seconds.is_none() {
        node.expected("seconds above zero, or a duration such as \"30d\" or \"12h\"", "the units are s, m, h, d and w");
    }
    seconds
}

fn parse(text: &str) -> Option<u32> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        "w" => 7 * 24 * 60 * 60,
        _ => return None,
    };
    let number = number.bytes().all(|byte| byte.is_ascii_digit()).then_some(number)?;
    number.parse::<u32>().ok()?.checked_mul(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units() {
        assert_eq!(parse("30d"), Some(2_592_000));
        assert_eq!(parse("12h"), Some(43_200));
        assert_eq!(parse("2w"), Some(1_209_600));
        for wrong in ["", "d", "30", "30D", "1.5h", "-1d", "30 d", "99999w", "3é"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
