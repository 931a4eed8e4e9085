use std::sync::OnceLock;

use selvedge::trace::{Exchange as Asked, Verdict, explain};
use selvedge::{Engine, Platform, Rules};

use crate::exchange::Exchange;
use crate::meter::Allowance;
use crate::{Target, cases};

pub(super) const TARGET: Target = Target {
    name: "explain",
    about: "the rules of the cases and any exchange: explained, and the explanation ends as the engine does",
    max_len: 1024,
    seeds,
    prepare: || _ = rules(),
    run,
    allowance: Allowance { once: 256 << 20, per_byte: 1 << 20 },
};

/// Two bytes choose the rules; the rest is the exchange.
fn run(bytes: &[u8]) {
    let [a, b, text @ ..] = bytes else { return };
    let Some(exchange) = Exchange::read(text) else { return };
    let all = rules();
    let (rules, engine) = &all[usize::from(u16::from_le_bytes([*a, *b])) % all.len()];
    let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        Some((name.to_string(), value.to_str().ok()?.to_owned()))
    };
    let request = &exchange.request;
    let (Some(headers), Some(answer)) = (
        request.headers.iter().map(line).collect::<Option<Vec<_>>>(),
        exchange.response.headers.iter().map(line).collect(),
    ) else {
        return;
    };
    let host = request.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let Some(scheme @ ("http" | "https")) = exchange.facts.scheme.as_deref() else { return };
    // It is cut out of a URL there.
    if !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')) {
        return;
    }
    let mut asked = Asked::get(format!("{scheme}://{host}{}", request.uri));
    asked.method = Some(request.method.to_string());
    asked.headers = headers;
    asked.client_ip = exchange.facts.client_ip.map(|address| address.to_string());
    asked.country = exchange.facts.country.clone();
    asked.device = exchange.facts.device.clone();
    asked.request_id = exchange.facts.request_id.clone();
    asked.origin.status = Some(exchange.response.status.as_u16());
    asked.origin.headers = answer;
    let Ok(trace) = explain(rules, Platform::Fetch, &asked) else { return };
    let outcome = exchange.pass(engine);
    assert_eq!(trace.response.status, outcome.response.status.as_u16());
    assert_eq!(trace.asked.is_none(), outcome.asked.is_none());
    let acted = trace.stages.iter().flat_map(|stage| &stage.steps).any(|step| step.verdict == Verdict::Acted);
    assert!(acted || outcome.asked.is_some(), "an answer that no rule made");
}

fn rules() -> &'static [(Rules, Engine)] {
    static RULES: OnceLock<Vec<(Rules, Engine)>> = OnceLock::new();
    RULES.get_or_init(|| {
        let compiled = cases::rules().filter_map(|text| {
            let rules: Rules = text.parse().ok()?;
            let engine = Engine::new(&rules, Platform::Fetch).ok()?;
            Some((rules, engine))
        });
        compiled.collect()
    })
}

fn seeds() -> Vec<Vec<u8>> {
    let exchanges = cases::cases().iter().step_by(11).enumerate();
    exchanges
        .map(|(number, case)| [&(13 * number as u16).to_le_bytes()[..], case.exchange.as_bytes()].concat())
        .collect()
}
