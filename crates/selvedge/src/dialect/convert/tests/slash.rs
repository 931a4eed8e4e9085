//! Redirects to their own path but for a slash.

use super::*;

/// Redirects that add or take a slash are not circles here, and none where they are written: what @vercel/routing-utils 6.6.0,
/// redirects-in-workers and netlify-redirector do with the lines, <https://docs.netlify.com/routing/redirects/redirect-options/#trailing-slash>.
#[test]
fn a_slash_is_added_without_a_circle() {
    let rules = r#"{ "ignoreCase": true, "redirects": [{ "from": "/about", "to": "/about/" }, { "from": "/p/:id/", "to": "/p/:id" }] }"#;
    let converted = to_vercel_json(rules, Form::Rules, &Options::new());
    assert_eq!(converted.findings, []);
    for line in [
        r#"{ "source": "/about", "destination": "/about/", "statusCode": 301 }"#,
        r#"{ "source": "/p/:id/", "destination": "/p/:id", "statusCode": 301 }"#,
    ] {
        assert!(converted.files[0].text.contains(line), "{}", converted.files[0].text);
    }
    let rules = rules.replace(r#""ignoreCase": true, "#, "");
    assert_eq!(files(&rules, Dialect::Cloudflare)[0].1, "/about /about/ 301\n/p/:id/ /p/:id 301\n");
    let converted = to_files(&rules, Form::Rules, &Options::new(), Dialect::Netlify);
    assert_eq!((converted.files.len(), converted.findings.len()), (0, 2));
    assert!(converted.findings.iter().all(|finding| finding.code == "not-expressible"), "{:?}", converted.findings);
    // What a star took may end in the slash: Cloudflare has no way to say that it does not.
    let star = r#"{ "ignoreCase": true, "redirects": [{ "from": "/d/*", "to": "/d/:splat/" }] }"#;
    let converted = to_vercel_json(star, Form::Rules, &Options::new());
    assert!(converted.files[0].text.contains(r#""source": "/d/:splat(.*[^/])", "destination": "/d/:splat/""#));
    assert!(to_files(star, Form::Rules, &Options::new(), Dialect::Cloudflare).files.is_empty());
    // One that counts the slash is for one spelling as it is.
    for (from, to, written) in
        [("/a", "/a/", true), ("/a/", "/a", true), ("/a/", "/a/", false), ("/b/*/", "/b/:splat", true)]
    {
        let exact = format!(
            r#"{{ "ignoreCase": true, "ignoreTrailingSlash": false, "redirects": [{{ "from": "{from}", "to": "{to}" }}] }}"#
        );
        let converted = to_vercel_json(&exact, Form::Rules, &Options::new());
        assert_eq!((converted.findings.len(), converted.files.len()), (0, usize::from(written)), "{from} {to}");
    }
    // Vercel ignores case.
    let case = r#"{ "redirects": [{ "from": "/About", "to": "/about" }] }"#;
    assert!(to_vercel_json(case, Form::Rules, &Options::new()).files.is_empty());
}
