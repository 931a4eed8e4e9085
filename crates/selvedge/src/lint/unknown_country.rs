//! `unknown-country`: two letters that are not the code of a country. A condition for them never holds.

use crate::analysis::scopes::each_scope;
use crate::rules::{Match, Model, Subject};
use crate::sources::Report;

/// The codes that are assigned, ISO 3166-1 alpha-2 as of 2026, and what CDNs tell besides: Kosovo (`XK`), unknown (`XX`), the
/// Tor network (`T1`), Europe and Asia in old data (`EU`, `AP`).
const KNOWN: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD \
    GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM \
    KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA \
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ \
    SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU \
    WF WS YE YT ZA ZM ZW AP EU XK XX T1";

/// Languages, and what people call a country.
const MEANT: [(&str, &str); 8] =
    [("EN", "GB"), ("JA", "JP"), ("KO", "KR"), ("DA", "DK"), ("CS", "CZ"), ("EL", "GR"), ("SP", "ES"), ("ZH", "CN")];

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    each_scope(rules, &mut |place, _, when| {
        let Some(when) = when else { return };
        when.visit(&mut |subject, test| {
            let (Subject::Country, Match::Equal(codes)) = (subject, test) else { return };
            for code in codes.iter().filter(|code| !is_known(code)) {
                let help = match MEANT.iter().find(|(other, _)| other == code) {
                    Some((_, country)) => format!("did you mean {country:?}?"),
                    None => "write a country code of ISO 3166-1 alpha-2".to_owned(),
                };
                let message = format!("{code:?} is not the code of a country, so nobody comes from there");
                report.warning("unknown-country", &format!("{place}.when.country"), message, help);
            }
        });
    });
}

fn is_known(code: &str) -> bool {
    KNOWN.split_ascii_whitespace().any(|known| known == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_249_countries() {
        let codes: Vec<&str> = KNOWN.split_ascii_whitespace().collect();
        assert_eq!(codes.len(), 249 + 5);
        assert!(MEANT.iter().all(|(code, country)| !is_known(code) && is_known(country)));
    }
}
