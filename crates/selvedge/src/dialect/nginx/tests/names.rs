use super::*;

fn whens(text: &str) -> Vec<String> {
    let (rules, said) = read(text);
    assert_eq!(said, [""; 0], "{text}");
    let first = |rest: &str| rest.split(r#","to""#).next().unwrap_or_default().replace("\"when\":", "");
    let all = rules.split(r#""from":"/","#).skip(1).map(first);
    // Without those that keep the path from later ones.
    all.filter(|when| !when.contains("\"pass\"")).collect()
}

/// <https://nginx.org/en/docs/http/server_names.html>
#[test]
fn a_host_comes_to_the_server_whose_name_is_tried_first() {
    let server = |name: &str| format!("server {{ server_name {name}; location = / {{ return 301 /x; }} }} ");
    let two = |one: &str, other: &str| whens(&format!("server {{ return 404; }} {}{}", server(one), server(other)));
    assert_eq!(
        two("~^(?<s>[a-z]+)\\.b\\.example$", "a.b.example"),
        [r#"{"host":{"regex":"^([a-z]+)\\.b\\.example$"},"not":{"host":"a.b.example"}}"#, r#"{"host":"a.b.example"}"#]
    );
    assert_eq!(
        two("*.example", "c.example *.b.example"),
        [
            r#"{"host":"*.example","not":{"host":["c.example","*.b.example"]}}"#,
            r#"{"host":["c.example","*.b.example"]}"#
        ]
    );
    assert_eq!(
        two("A.example ~^a", "a.*"),
        [
            r#"{"any":[{"host":"a.example"},{"host":{"regex":"^a"},"not":{"host":{"regex":"^a\\.(?s:.)+$"}}}]}"#,
            r#"{"host":{"regex":"^a\\.(?s:.)+$"},"not":{"host":"a.example"}}"#
        ]
    );
}

/// The one for all other hosts has its own names, which may come before those of others.
#[test]
fn a_default_server_has_its_own_names_as_well() {
    let text = "server { server_name a.example; location = / { return 301 /x; } } server { server_name *.example; }";
    assert_eq!(whens(text), [r#"{"any":[{"host":"a.example"},{"not":{"host":"*.example"}}]}"#]);
}

/// "conflicting server name ignored"
#[test]
fn a_name_that_an_earlier_server_has_is_ignored() {
    let text = "server { server_name a.example; location = / { return 301 /x; } } server { server_name .a.example; deny all; }";
    let (rules, said) = read(text);
    assert_eq!(rules, r#"{"redirects":[{"from":"/","to":"/x","query":"drop","status":301}]}"#);
    assert_eq!(said, ["1 rules do not have a second server without a name, which is for no host"]);
}
