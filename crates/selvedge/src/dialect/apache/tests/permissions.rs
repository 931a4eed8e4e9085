//! `Require`, `Allow`, `Deny`.

use super::read;

/// <https://httpd.apache.org/docs/2.4/mod/mod_authz_core.html>, <https://httpd.apache.org/docs/2.4/mod/mod_access_compat.html>
#[test]
fn permissions_are_answers() {
    let closed = |when: &str| format!(r#"{{"responses":[{{"for":"/*",{when}"status":403}}]}}"#);
    let outside = |ip: &str| closed(&format!(r#""when":{{"not":{{"ip":[{ip}]}}}},"#));
    let inside = |ip: &str| closed(&format!(r#""when":{{"ip":[{ip}]}},"#));
    for (text, rules, findings) in [
        ("Require ip 10.1 192.168.0.0/16", outside(r#""10.1.0.0/16","192.168.0.0/16""#), 0),
        ("Require ip 10.1.2.3\nRequire ip ::1", outside(r#""10.1.2.3","::1""#), 0),
        ("<RequireAll>\nRequire all granted\nRequire not ip 10.1.2.3\n</RequireAll>", inside(r#""10.1.2.3""#), 0),
        (
            "<RequireAll>\nRequire all granted\n<RequireNone>\nRequire ip 10.1.2.3\n</RequireNone>\n</RequireAll>",
            inside(r#""10.1.2.3""#),
            0,
        ),
        // Alone it lets nobody in: Apache 2.4.71 answers 500.
        ("<RequireNone>\nRequire ip 10.1.2.3\n</RequireNone>", closed(""), 1),
        // Who knows the password is not known, nor whose name a host has.
        ("<RequireAll>\nRequire valid-user\nRequire ip 10.1.2.3\n</RequireAll>", closed(""), 1),
        ("<RequireAny>\nRequire valid-user\nRequire ip 10.1.2.3\n</RequireAny>", outside(r#""10.1.2.3""#), 1),
        ("<RequireAll>\nRequire all granted\nRequire not host a.example\n</RequireAll>", closed(""), 1),
        ("Require method GET", closed(r#""when":{"not":{"method":["GET","HEAD"]}},"#), 0),
        ("Order Allow,Deny\nAllow from all\nDeny from 10.1.2.3", inside(r#""10.1.2.3""#), 0),
        ("Order deny,allow\nDeny from all\nAllow from 10.1.2.3", outside(r#""10.1.2.3""#), 0),
        ("Order deny,allow\nAllow from 10.1.2.3", "{}".to_owned(), 0),
        ("Order allow,deny\nDeny from 10.1.2.3", closed(""), 0),
        ("Deny from 10.1.2.3", inside(r#""10.1.2.3""#), 0),
        ("Order allow,deny\nAllow from all\nDeny from env=bad", closed(""), 1),
        (
            "SetEnvIf X-Bot . bad\nOrder allow,deny\nAllow from all\nDeny from env=bad",
            closed(r#""when":{"header":{"x-bot":{"regex":"(?s:.)"}}},"#),
            0,
        ),
        // Set somewhere else, by an address, or taken back: it is not known who stays out.
        (
            "<Files a>\nSetEnvIf X-Bot . bad\n</Files>\nOrder allow,deny\nAllow from all\nDeny from env=bad",
            closed(""),
            1,
        ),
        ("SetEnvIf Remote_Addr ^10 bad\nOrder allow,deny\nAllow from all\nDeny from env=bad", closed(""), 1),
        (
            "SetEnvIf X-Bot . bad\nSetEnvIf X-Ok . !bad\nOrder allow,deny\nAllow from all\nDeny from env=bad",
            closed(""),
            1,
        ),
        ("SetEnvIf X-Key ^k$ In\nRequire env In", closed(r#""when":{"not":{"header":{"x-key":{"regex":"^k$"}}}},"#), 0),
        ("Order deny,allow\nDeny from all\nAllow from a.example", closed(""), 1),
        ("Deny from all\nAllow from 10.1.2.3\nRequire valid-user\nSatisfy any", outside(r#""10.1.2.3""#), 1),
        ("<Limit POST PUT>\nDeny from all\n</Limit>", closed(r#""when":{"method":["POST","PUT"]},"#), 0),
        ("<LimitExcept GET>\nDeny from all\n</LimitExcept>", closed(r#""when":{"not":{"method":["GET","HEAD"]}},"#), 0),
        // The inner section counts instead, but never for files of its names elsewhere.
        (
            "Require all denied\n<Files a.html>\nRequire all granted\n</Files>",
            r#"{"responses":[{"for":"/*","except":"a.html","status":403}]}"#.to_owned(),
            0,
        ),
        ("Deny from all\n<Files a.html>\nRequire all granted\n</Files>", closed(""), 0),
    ] {
        let (own, said) = read(&format!("{text}\n"));
        assert_eq!((own, said.len()), (rules, findings), "{text}: {said:?}");
    }
}

/// <https://httpd.apache.org/docs/2.4/env.html>: `SetEnv` is run after access was decided. Asked of Apache 2.4.71.
#[test]
fn permissions_see_what_is_set_before_them() {
    let closed = r#"{"responses":[{"for":"/*","status":403}]}"#;
    for (text, rules, findings) in [
        ("SetEnv in 1\nRequire env in", closed, 1),
        ("SetEnv in 1\nUnsetEnv in\nOrder deny,allow\nDeny from all\nAllow from env=in", closed, 1),
        // Where there is no header of the name, a variable is compared.
        (
            "SetEnvIf X-Key a bad\nSetEnvIf bad 1 worse\nOrder allow,deny\nAllow from all\nDeny from env=worse",
            closed,
            1,
        ),
        ("Require not ip 10.0.0.1", closed, 1),
    ] {
        let (own, said) = read(text);
        assert_eq!((own.as_str(), said.len()), (rules, findings), "{text}: {said:?}");
    }
}

/// <https://httpd.apache.org/docs/2.4/mod/mod_authz_core.html#authmerging>
#[test]
fn permissions_may_be_added_to_those_around_them() {
    let of = |merging: &str| {
        read(&format!("Require ip 10.0.0.1\n<Files a.html>\nAuthMerging {merging}\nRequire ip 10.0.0.2\n</Files>\n"))
    };
    let (rules, said) = of("And");
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#"{"for":"/*","when":{"not":{"ip":["10.0.0.1"]}},"status":403}"#), "{rules}");
    assert!(rules.contains(r#"{"for":"a.html","when":{"not":{"ip":["10.0.0.2"]}},"status":403}"#), "{rules}");
    let (rules, said) = of("Off");
    assert!(rules.contains(r#"{"for":"/*","except":"a.html""#) && said.is_empty(), "{rules}");
    // What is around it would let more in.
    assert_eq!(of("Or"), (rules, vec![of("Or").1.concat()]));
}
