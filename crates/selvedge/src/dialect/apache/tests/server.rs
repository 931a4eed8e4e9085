//! A server's own file, in which paths begin with a slash, and what it has that a `.htaccess` has not.

use super::read;

/// <https://httpd.apache.org/docs/2.4/mod/mod_rewrite.html#rewriterule>: what the pattern is compared with.
#[test]
fn paths_begin_with_a_slash() {
    let rule = "RewriteEngine On\nRewriteRule ^/a$ - [F]\n";
    let closed = r#"{"responses":[{"for":"/a","status":403}]}"#;
    for text in [
        format!("ServerName a.example\n{rule}"),
        format!("<Directory /srv>\n</Directory>\nDocumentRoot /srv\n{rule}"),
        format!("<VirtualHost *>\n{rule}</VirtualHost>\n"),
    ] {
        assert_eq!(read(&text), (closed.to_owned(), Vec::new()), "{text}");
    }
    // Nothing else says whose file it is: in a .htaccess it would never hold.
    let (rules, said) = read(rule);
    assert_eq!(rules, closed);
    assert!(said.len() == 1 && said[0].contains("begins with a slash"), "{said:?}");
    // A slash that may be missing is for both, and in a directory it never is there.
    assert_eq!(read("RewriteEngine On\nRewriteRule ^/?a$ - [F]\n").1, [""; 0]);
    let text = format!("DocumentRoot /srv\n<Directory /srv>\n{}</Directory>\n", rule.replace("^/", "^"));
    assert_eq!(read(&text), (closed.to_owned(), Vec::new()));
    // A guard that cannot be read closes the same.
    let text = "Listen 80\nRewriteEngine On\nRewriteCond %{REMOTE_ADDR} ^10\nRewriteRule ^/a$ - [F]\n";
    assert_eq!(read(text).0, closed);
}

/// <https://httpd.apache.org/docs/2.4/mod/mod_rewrite.html#rewritecond>: `REQUEST_FILENAME` is not a file there yet.
#[test]
fn the_name_of_a_file_is_the_path() {
    let rule = "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule ^/a/ /b.html [L]\n";
    let (_, said) = read(&format!("Listen 80\n{rule}"));
    assert!(said.len() == 1 && said[0].contains("it never exists there"), "{said:?}");
    let (_, said) = read(&format!("Listen 80\n{}", rule.replace("REQUEST_FILENAME", "DOCUMENT_ROOT}%{REQUEST_URI")));
    assert_eq!(said, [""; 0]);
}

/// What exists is not asked for: an answer for it is for more, or a finding where that would be all.
#[test]
fn an_answer_for_what_exists_is_for_more() {
    let of = |pattern: &str| {
        read(&format!("RewriteEngine On\nRewriteCond %{{REQUEST_FILENAME}} -d\nRewriteRule {pattern} - [F]\n"))
    };
    let (rules, said) = of("^a/");
    assert!(rules.contains(r#"{"for":"/a/*","status":403}"#), "{rules}");
    assert!(said.len() == 1 && said[0].contains("also for what does not exist"), "{said:?}");
    let (rules, said) = of("^");
    assert!(rules.contains(r#"{"for":"/*","status":403}"#), "{rules}");
    assert!(said.len() == 1 && said[0].contains("an answer for what exists alone"), "{said:?}");
}

/// A cookie is added where nothing keeps it for others.
#[test]
fn cookies_are_set_for_the_viewer() {
    let (rules, _) = read("Header add Set-Cookie a=b\nHeader unset Set-Cookie\n");
    assert_eq!(
        rules,
        r#"{"headers":[{"at":"viewer-response","append":{"Set-Cookie":"a=b"}},{"remove":["Set-Cookie"]}]}"#
    );
}

/// <https://httpd.apache.org/docs/2.4/sections.html#merging>: sections of files come after what is around them.
#[test]
fn headers_of_files_come_after_those_around_them() {
    let (rules, said) = read("<Files a.html>\nHeader set X-A a\n</Files>\nHeader set X-A b\n");
    assert_eq!(said, [""; 0]);
    assert_eq!(rules, r#"{"headers":[{"set":{"X-A":"b"}},{"for":"a.html","set":{"X-A":"a"}}]}"#);
}
