//! What share of servers' files is taken over, and why the rest is not: `cargo run --example taken -- apache FILE…`.

use std::collections::BTreeMap;

use selvedge::Severity;
use selvedge::dialect::{Form, Options, parse};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_default();
    let form = Form::from_name(&name, None).ok_or("the first word is a form: apache or nginx")?;
    let (mut files, mut whole, mut taken, mut all) = (0, 0, 0, 0);
    let mut reasons: BTreeMap<String, u32> = BTreeMap::new();
    for path in args {
        let text = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
        let parsed = parse(&text, form, &Options::new());
        let share = parsed.findings.iter().find(|finding| finding.code == "taken-over");
        // "3 of 4 directives are taken over (75 %)"
        let numbers: Vec<u32> =
            share.iter().flat_map(|it| it.message.split(' ')).filter_map(|word| word.parse().ok()).collect();
        let [own, of, ..] = numbers.as_slice() else { continue };
        println!("{own:4} of {of:4}  {path}");
        (files, whole, taken, all) = (files + 1, whole + u32::from(own == of), taken + own, all + of);
        for finding in parsed.findings.iter().filter(|finding| finding.severity == Severity::Error) {
            let reason = finding.message.split(';').next().unwrap_or_default();
            *reasons.entry(reason.trim_start_matches("rules do not have ").to_owned()).or_default() += 1;
        }
    }
    println!("{files} files, {whole} of them taken as a whole; {taken} of {all} directives");
    let mut reasons: Vec<(String, u32)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (reason, count) in reasons {
        println!("{count:4}  {reason}");
    }
    Ok(())
}
