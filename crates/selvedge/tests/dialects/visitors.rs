//! What lines do by the country and the language of a visitor, who may choose them by cookies.

use crate::site::{engine, netlify};
use http::Request;
use selvedge::dialect::{Dialect, Form, Options, redirects};
use selvedge::lint::check;
use selvedge::sources::RuleFile;
use selvedge::{Engine, Facts, Flow, Platform, Rules, Severity, Target, compile};

#[test]
fn a_visitor_chooses_a_language_by_cookie() {
    let text = "/ /de 302 Language=de Cookie=a\n/ /fr 302 Language=fr\n/ /c 302 Language=it Cookie=a,b\n";
    let engine = engine(&netlify(text));
    for (language, cookie, answer) in [
        ("de-AT,fr", "a=1", "/de"),
        ("de-AT,fr", "", ""),
        ("de", "a=1; nf_lang=fr", "/fr"),
        ("fr", "nf_lang=de; a=1", "/de"),
        ("fr", "nf_lang=en", ""),
        ("it", "b=1", "/c"),
        ("en", "nf_lang=it; b=1", "/c"),
        ("it", "b=", ""),
    ] {
        let request =
            Request::get("https://example.org/").header("host", "example.org").header("accept-language", language);
        let (mut request, ()) = request.header("cookie", cookie).body(()).unwrap().into_parts();
        let to = match engine.viewer_request(&mut request, &Facts::new()) {
            Flow::Answer(answer) => answer.headers()["location"].to_str().unwrap().to_owned(),
            Flow::Continue(_) => String::new(),
        };
        assert_eq!(to, answer, "{language} {cookie}");
    }
}

/// <https://docs.netlify.com/routing/redirects/redirect-options/>: the cookie `nf_country` overrides the country, where both can be
/// seen.
#[test]
fn a_visitor_chooses_a_country_by_cookie() {
    let text = "/ /de 302 Country=de Cookie=a,b\n/ /fr 302 Country=fr Language=fr\n/ /x 302 Country=at,IT\n";
    let parsed = redirects(text, Dialect::Netlify, &Options::new().platform(Platform::Cloudflare));
    let target = Target::from(Platform::Cloudflare).with_country();
    let rules = Rules::from_value(parsed.rules.clone()).unwrap();
    let engine = Engine::new(&rules, target).unwrap();
    for (country, cookie, language, answer) in [
        ("DE", "b=1", "de", "/de"),
        ("DE", "", "de", ""),
        ("US", "nf_country=de; a=1", "de", "/de"),
        ("DE", "nf_country=us; a=1", "de", ""),
        ("FR", "", "fr", "/fr"),
        ("FR", "", "de", ""),
        ("US", "nf_country=FR; nf_lang=fr", "de", "/fr"),
        ("US", "nf_country=it", "de", "/x"),
        ("AT", "nf_lang=fr", "de", "/x"),
        ("AT", "nf_country=", "de", ""),
    ] {
        let request = Request::get("https://example.org/").header("host", "example.org");
        let request = request.header("accept-language", language).header("cookie", cookie);
        let (mut request, ()) = request.body(()).unwrap().into_parts();
        let to = match engine.viewer_request(&mut request, &Facts::new().with_country(country)) {
            Flow::Answer(answer) => answer.headers()["location"].to_str().unwrap().to_owned(),
            Flow::Continue(_) => String::new(),
        };
        assert_eq!(to, answer, "{country} {language} {cookie}");
    }
    // CloudFront sees cookies before it adds the country: the country alone decides.
    let parsed = redirects("/ /de 302 Country=de\n", Dialect::Netlify, &Options::new().platform(Platform::Cloudfront));
    compile(&Rules::from_value(parsed.rules).unwrap(), Platform::Cloudfront).unwrap();
}

/// On CloudFront the country is seen at a later stage: lines are told apart by what they are for, whatever their order.
#[test]
fn lines_by_country_and_by_language_stand_in_any_order() {
    let wrong = |text: &str| -> Vec<u32> {
        let file = RuleFile { name: "_redirects", text, form: Form::Redirects(Dialect::Netlify) };
        let found =
            check(&[file.parse(&Options::new().platform(Platform::Cloudfront))], Some(Platform::Cloudfront.into()));
        let errors = found.iter().filter(|found| found.finding.severity == Severity::Error);
        assert!(errors.clone().all(|found| !format!("{}", found.finding).contains("redirects[")), "{found:?}");
        let mut lines: Vec<u32> = errors.map(|found| found.finding.span.unwrap().line).collect();
        lines.dedup();
        lines
    };
    assert_eq!(wrong("/x /de 302 Country=de\n/a /b 302\n/ /fr 302 Language=fr\n"), [0_u32; 0]);
    assert_eq!(wrong("/x/* /de 302 Country=de\n/y/* /at 302 Country=at\n/* /fr 302 Language=fr\n/a /b 302\n"), [3]);
    assert_eq!(wrong("/ /fr 302 Language=fr\n/ /de 302 Country=de\n"), [0_u32; 0]);
    assert_eq!(wrong("/ /de 302 Country=de\n/ /fr 302 Language=fr\n"), [2]);
    assert_eq!(wrong("/ /fr 302 Language=fr Country=fr\n/ /de 302 Country=de\n"), [1]);
}
