//! Lines that say the same as another one: Netlify's parser (npm @netlify/redirect-parser) keeps the last of them.

use std::collections::HashMap;

use super::redirects::Parts;
use crate::dialect::line::Word;
use crate::dialect::sink::Sink;
use crate::places::Span;

/// The lines so far, by what they say.
#[derive(Default)]
pub(super) struct Repeated {
    last: HashMap<String, (usize, Span)>,
}

impl Repeated {
    /// Which line says the same as the one that comes next, whose number is `at`.
    pub(super) fn earlier(&mut self, parts: &Parts<'_, '_>, at: usize, sink: &mut Sink) -> Option<usize> {
        let (earlier, span) = self.last.insert(said(parts), (at, parts.line))?;
        let message = "a later line says the same, and of equal lines Netlify keeps the last";
        sink.warning("shadowed-rule", span, message, "remove one of them");
        Some(earlier)
    }
}

/// What a line says; the order of its parameters and conditions says nothing.
fn said(parts: &Parts<'_, '_>) -> String {
    let sorted = |words: &[Word<'_>]| {
        let mut words: Vec<String> = words.iter().map(|word| word.text.to_owned()).collect();
        words.sort_unstable();
        words.join(" ")
    };
    let headers: Vec<String> =
        parts.headers.iter().map(|header| format!("{}:{}", header.name, header.value.text)).collect();
    let status = parts.status.map_or("301", |word| word.text);
    [
        parts.from.text,
        &sorted(parts.query),
        parts.to.map_or("", |word| word.text),
        status,
        &sorted(parts.conditions),
        &headers.join("\n"),
    ]
    .join("\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::dialect::{Dialect, Form, Options};
    use crate::sources::RuleFile;

    /// Asked of Netlify's own engine: `/old/v` is 410 by the second line.
    #[test]
    fn of_equal_lines_the_last_counts() {
        let read = |text: &str| {
            let file = RuleFile { name: "_redirects", text, form: Form::Redirects(Dialect::Netlify) };
            let parsed = file.parse(&Options::new()).parsed;
            let said = parsed.findings.iter().map(|finding| (finding.code, finding.span.unwrap().line));
            (serde_json::to_string(&parsed.rules).unwrap(), said.collect::<Vec<_>>())
        };
        let (rules, said) = read("/* /z 301!\n/old/:x /y 301!\n/* /z 301!\n");
        assert_eq!(
            rules,
            r#"{"redirects":[{"from":"/old/:p2","to":"/y","status":301},{"from":"/z*","pass":true},{"from":"/*","to":"/z","status":301}]}"#
        );
        assert_eq!(said, [("shadowed-rule", 1)]);
        assert_eq!(read("/a /b\n/a /b 301\n/a b=1 c=2 /d 302!\n/a c=2 b=1 /d 302!\n").1.len(), 2);
        assert_eq!(read("/a /b 301\n/a /b 302\n/a /b 301!\n/a /c 301\n").1, []);
    }
}
