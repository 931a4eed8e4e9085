//! Which rule comes first.

use super::read;

/// A redirect to the same path of another host, and an answer that is the same there.
#[test]
fn an_answer_may_come_before_another_host() {
    let of = |to: &str| {
        read(&format!(
            "RewriteEngine On\nRewriteCond %{{HTTPS}} off\nRewriteRule ^ {to} [R=301,L]\nRewriteRule ^a$ - [G]\n"
        ))
    };
    let (rules, said) = of("https://%{HTTP_HOST}%{REQUEST_URI}");
    assert!(said.len() == 1 && said[0].contains("410 is answered at once"), "{said:?}");
    assert!(rules.contains(r#"{"for":"/a","status":410}"#), "{rules}");
    let (rules, said) = of("https://%{HTTP_HOST}/home");
    assert!(said.len() == 1 && said[0].contains("an answer after a rule for the same paths"), "{said:?}");
    assert!(rules.contains(r#"{"for":"/a","status":410}"#), "{rules}");
}

/// <https://httpd.apache.org/docs/2.4/mod/mod_alias.html>: the first one that matches, also where a RewriteRule stands between.
#[test]
fn redirects_keep_their_order() {
    let text = "RewriteEngine On\nRedirect 302 /old/x /new\nRewriteRule ^old/?$ /b.html [END]\nRedirect 303 /old /c\n";
    let (rules, said) = read(text);
    assert_eq!(said, [""; 0]);
    let order = [r#""from":"/old/x""#, r#""from":"/old/*""#].map(|text| rules.find(text));
    assert!(order[0].is_some() && order.is_sorted(), "{rules}");
}

/// <https://httpd.apache.org/docs/2.4/rewrite/flags.html#flag_l>: all rules are looked at again, and for the page of a folder
/// after [END] as well.
#[test]
fn a_rewrite_to_what_a_rule_keeps_in_keeps_its_own_paths_in() {
    for text in [
        "RewriteCond %{REQUEST_METHOD} =GET\nRewriteRule ^(.+)/$ - [F]\nRewriteRule ^a\\.html$ /new/ [L]\n",
        "RewriteRule x - [F]\nRewriteRule ^a\\.html$ /new/ [END]\n",
        "RewriteRule x - [F]\nRewriteRule ^a\\.html$ /new/ [L]\n",
    ] {
        let (rules, said) = read(&format!("RewriteEngine On\n{text}"));
        assert!(rules.contains(r#"{"for":"/a.html","status":403}"#) && !said.is_empty(), "{text}: {rules} {said:?}");
    }
}

/// The same by several steps: what leads to what leads to a guard, also where one of the steps is left out.
#[test]
fn a_guard_is_reached_by_several_rewrites() {
    for steps in [
        // [N] begins again with what the rule made.
        "RewriteRule ^b\\.(.*)$ p/$1 [N]\nRewriteRule ^old/ /b.html [L]\n",
        "RewriteRule ^b\\.(.*)$ p/$1\nRewriteRule ^c\\.html$ b.html\nRewriteRule ^old/ /c.html [L]\n",
        "RewriteRule ^b\\.html$ p/x [L]\nRewriteRule ^old/ /b.html [L]\n",
    ] {
        for guard in ["RewriteRule ^p/ - [F]\n", "RedirectMatch 403 ^/p/\n", "Redirect gone /p\n"] {
            let (rules, said) = read(&format!("RewriteEngine On\n{steps}{guard}"));
            assert!(rules.contains(r#"{"for":"/old/*","status":403}"#), "{steps}{guard}: {rules} {said:?}");
        }
    }
}

/// The scheme is told after a viewer's request was rewritten: what asks for it has to see the path that was asked for.
#[test]
fn a_rewrite_waits_for_the_scheme() {
    for first in ["RewriteRule ^ https://z.example%{REQUEST_URI} [R=301,L]", "RewriteRule ^old/ - [F]"] {
        let rewrite = "RewriteCond %{HTTP_HOST} ^www\\.\nRewriteRule ^old/ /b.html [END]\n";
        let (rules, said) = read(&format!("RewriteEngine On\nRewriteCond %{{HTTPS}} off\n{first}\n{rewrite}"));
        assert!(rules.contains(r#""to":"/b.html","at":"origin-request""#), "{first}: {rules}");
        assert!(said.len() == 1 && said[0].contains("conditions on the scheme"), "{said:?}");
    }
    // For other paths it does not wait.
    let text = "RewriteEngine On\nRewriteCond %{HTTPS} off\nRewriteRule ^new/ - [F]\nRewriteCond %{HTTP_HOST} ^www\\.\nRewriteRule ^old/ /b.html [END]\n";
    assert!(read(text).0.contains(r#""to":"/b.html","at":"viewer-request""#), "{}", read(text).0);
}

/// As Apache 2.4 answers: what a folder's rule takes, a Redirect of another path never sees.
#[test]
fn a_redirect_of_another_path_stands_next_to_a_rewrite_with_a_query() {
    let rule = "RewriteEngine On\nRewriteRule ^p/(\\w+)/?$ /index.html?page=$1 [L,QSA]\n";
    for (from, findings) in [("/a", 0), ("/q/p", 0), ("/p/a", 1), ("/p", 1), ("/", 1)] {
        let (_, said) = read(&format!("Redirect 301 {from} /b\n{rule}"));
        assert_eq!(said.len(), findings, "{from}: {said:?}");
    }
}

/// <https://httpd.apache.org/docs/2.4/rewrite/flags.html#flag_nc>: the other rule may be for the same paths in other letters.
#[test]
fn a_rule_that_ignores_case_meets_others() {
    // The second look finds the guard under any letters.
    for guard in ["RewriteRule ^IN/ - [F,NC]", "RedirectMatch 403 (?i)^/IN/"] {
        let (rules, said) = read(&format!("RewriteEngine On\nRewriteRule ^go/(.*)$ /in/$1 [L]\n{guard}\n"));
        assert!(rules.contains(r#"{"for":"/go/*","status":403}"#) && !said.is_empty(), "{guard}: {rules} {said:?}");
    }
    let text = "RewriteEngine On\nRewriteRule ^go/(.*)$ /in/$1 [L]\nRewriteRule ^IN/ - [F]\n";
    assert_eq!(read(text).1, [""; 0]);
    // An answer after a redirect, and a Redirect after a rewrite.
    for (text, said) in [
        ("RewriteRule ^a/(.*)$ /x/$1 [R,L]\nRewriteRule ^A/ - [F,NC]\n", "an answer after a rule for the same paths"),
        ("RewriteRule ^A/(.*)$ /x/$1 [R,L,NC]\nRewriteRule ^a/ - [F]\n", "an answer after a rule for the same paths"),
        ("RewriteRule ^A/(.*)$ /x/$1 [R,L,NC]\nRedirect 410 /a/\n", "an answer after a rule for the same paths"),
        (
            "RewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule ^a/ /b.html [END]\nRewriteRule ^A/(.*) /c/$1 [R,L,NC]\n",
            "a rule for what does not exist, before others for the same paths",
        ),
        ("Redirect 301 /p/x /c\nRewriteRule ^P/x /b.html?q=1 [END,NC]\n", "a Redirect with the query"),
    ] {
        let all = read(&format!("RewriteEngine On\n{text}")).1;
        assert!(all.len() == 1 && all[0].contains(said), "{text}: {all:?}");
    }
    let (rules, said) = read("RewriteEngine On\nRewriteRule ^A$ /b.html [END,NC]\nRedirect 301 /a /c\n");
    assert_eq!(said, [""; 0]);
    assert!(!rules.contains("pass"), "{rules}");
}

/// <https://httpd.apache.org/docs/2.4/rewrite/flags.html#flag_pt>: it implies L, next to a variable and alone.
#[test]
fn a_rule_that_passes_through_is_the_last_one() {
    for flags in ["PT", "PT,E=a:b", "L"] {
        let (_, said) = read(&format!("RewriteEngine On\nRewriteRule ^a - [{flags}]\nRewriteRule ^a - [G]\n"));
        assert!(said.len() == 1 && said[0].contains("an answer after a rule for the same paths"), "{flags}: {said:?}");
    }
    let (_, said) = read("RewriteEngine On\nRewriteRule ^a - [E=a:b]\nRewriteRule ^a - [G]\n");
    assert!(said.len() == 1 && said[0].contains("sets a variable"), "{said:?}");
}
