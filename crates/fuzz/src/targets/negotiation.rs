use selvedge_plan::Event;
use selvedge_plan::negotiate::{Choice, choose};

use crate::Target;
use crate::meter::Allowance;
use crate::reference::negotiation::Weights;

pub(super) const TARGET: Target = Target {
    name: "negotiation",
    about: "any Accept-Encoding: the choice and the class are those of RFC 9110, read slowly",
    max_len: 256,
    seeds,
    prepare: || {},
    run,
    allowance: Allowance { once: 1 << 20, per_byte: 2048 },
};

const OFFERED: [&[&str]; 5] =
    [&["br", "zstd", "gzip"], &["gzip", "br"], &["identity", "gzip"], &["zstd", "identity", "br"], &[]];

fn run(bytes: &[u8]) {
    let header = Some(bytes);
    // A byte beyond ASCII is part of no token; any other such character says the same.
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let weights = Weights::of(&text);
    for offered in OFFERED {
        let names: Vec<&[u8]> = offered.iter().map(|coding| coding.as_bytes()).collect();
        let chosen = match choose(header, &names) {
            Choice::Available(at) => Some(offered[at]),
            Choice::Identity => Some("identity"),
            Choice::Nothing => None,
        };
        assert_eq!(chosen, weights.choose(offered), "{text:?} for {offered:?}");
    }
    let class = Event::accept(header, b"GET");
    let codings = ["br", "zstd", "gzip", "identity"];
    let weights = codings.map(|coding| weights.weight(coding));
    let ranks = [0, 1, 2, 3].map(|coding| class >> (3 * coding) & 7);
    for a in 0..4 {
        assert_eq!(ranks[a] == 0, weights[a] == 0, "{} in {text:?}", codings[a]);
        for b in 0..4 {
            assert_eq!(
                ranks[a].cmp(&ranks[b]),
                weights[a].cmp(&weights[b]),
                "{} and {} in {text:?}",
                codings[a],
                codings[b]
            );
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    [
        "gzip, deflate, br, zstd",
        "gzip;q=0.5, br;q=0.8",
        "*;q=0, x-gzip;Q=1.000",
        "identity;q=0\nbr;q=0.001",
        "br ; q=0.0001,*",
    ]
    .map(|text| text.into())
    .to_vec()
}
