use super::*;

/// <https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#if>: what is not there is empty, and `=` compares texts. Asked of
/// nginx 1.22 as well.
#[test]
fn what_is_not_there_is_empty() {
    let when = |condition: &str| {
        let (rules, said) = read(&format!("server {{ location /a {{ if ({condition}) {{ return 403; }} }} }}"));
        assert_eq!(said, [""; 0], "{condition}");
        rules.split(r#""when":"#).nth(1).and_then(|rest| rest.strip_suffix(r#","status":403}]}"#)).unwrap().to_owned()
    };
    for (condition, expected) in [
        ("$http_x_k = \"\"", r#"{"not":{"header":{"x-k":{"regex":"."}}}}"#),
        ("$http_x_k != \"\"", r#"{"header":{"x-k":{"regex":"."}}}"#),
        ("$arg_t = ''", r#"{"not":{"query":{"t":{"regex":"."}}}}"#),
        ("$arg_t != ''", r#"{"query":{"t":{"regex":"."}}}"#),
        ("$http_x_k = k", r#"{"header":{"x-k":"k"}}"#),
    ] {
        assert_eq!(when(condition), expected, "{condition}");
    }
}

/// A map of what is not there.
#[test]
fn a_row_for_nothing_is_for_what_is_not_there() {
    for (source, expected) in [
        ("$http_x_k", r#"{"any":[{"header":{"x-k":{"regex":"(?i)^$"}}},{"header":{"x-k":false}}]}"#),
        ("$arg_t", r#"{"not":{"query":{"t":{"regex":"."}}}}"#),
    ] {
        let text = format!("map {source} $bad {{ '' 1; }} server {{ if ($bad) {{ return 403; }} }}");
        let (rules, said) = read(&text);
        assert_eq!(said, [""; 0], "{source}");
        assert!(rules.contains(&format!(r#""when":{expected}"#)), "{rules}");
    }
}

/// Rules refuse an empty host, method or scheme, and nginx has none: such an `if` never holds, and its opposite always does.
#[test]
fn what_is_always_there_is_never_empty() {
    for variable in ["$host", "$request_method", "$scheme"] {
        assert_eq!(
            read(&format!("server {{ if ({variable} = '') {{ return 403; }} }}")),
            ("{}".to_owned(), Vec::new())
        );
        let (rules, said) = read(&format!("server {{ if ({variable} != '') {{ return 403; }} }}"));
        assert_eq!((rules.as_str(), said.len()), (r#"{"responses":[{"for":"/*","status":403}]}"#, 0), "{variable}");
    }
    // A name with a star is text to nginx.
    assert_eq!(read("server { if ($host = *.a.example) { return 403; } }").0, "{}");
}
