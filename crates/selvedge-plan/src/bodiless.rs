//! Statuses whose responses have no body.

/// Besides 1xx: RFC 9110 §15.3.5, §15.3.6, §15.4.5. These and 1xx are the null body statuses of the Fetch standard.
pub const BODILESS: [u16; 3] = [204, 205, 304];

/// Whether a response with this status has no body, whatever was asked.
pub fn is_bodiless(status: u16) -> bool {
    status < 200 || BODILESS.contains(&status)
}

#[cfg(test)]
mod tests {
    use super::is_bodiless;

    #[test]
    fn informational_answers_are_bodiless_too() {
        let bodiless: Vec<u16> = (100..600).filter(|status| is_bodiless(*status) && *status >= 200).collect();
        assert_eq!(bodiless, [204, 205, 304]);
        assert!(is_bodiless(101) && is_bodiless(103));
    }
}
