//! Variables that say who asks.

use super::read;

/// A variable may say who asks by way of others.
#[test]
fn who_asks_is_told_by_variables_as_well() {
    for (outside, inside, closes) in [
        ("", "set $u \"x$cookie_a\"; if ($u = x) { return 302 /login; }", true),
        ("", "set $in 0; if ($cookie_a) { set $in 1; } if ($in = 0) { return 302 /login; }", true),
        ("map $cookie_a $out { default 1; x 0; }", "if ($out) { return 302 /login; }", true),
        ("map $cookie_a $a { default 1; } map $a $out { 1 1; }", "if ($out) { rewrite ^ /closed.html last; }", true),
        ("map $uri $out { ~^/a(?=b) $cookie_a; }", "if ($out) { return 302 /login; }", true),
        ("geo $out { default 1; 10.0.0.0/8 0; }", "if ($out) { return 302 /login; }", true),
        ("", "auth_request_set $out $upstream_http_x; if ($out) { return 302 /login; }", true),
        ("", "if ($http_x_key ~ (?!a)b) { return 302 /login; }", true),
        ("", "if ($cookie_a = b) { return 302 /login; }", true),
        ("", "if ($http_cookie !~ a) { return 302 https://a.example/?u=$upstream_addr; }", true),
        ("map $cookie_a $code { default 403; x 200; }", "return $code;", true),
        ("map $http_user_agent $out { default 0; ~(?!a)b 1; }", "if ($out) { return 302 /m; }", false),
        ("split_clients $remote_addr $out { 50% 1; * 0; }", "if ($out) { return 302 /b; }", false),
    ] {
        let text = format!("{outside} server {{ location /admin {{ {inside} }} }}");
        let (rules, said) = read(&text);
        assert_eq!(rules.contains(r#"{"for":"/admin*","status":403}"#), closes, "{text}: {rules} {said:?}");
    }
}
