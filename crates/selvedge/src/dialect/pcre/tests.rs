#![allow(clippy::unwrap_used)]

use super::path::Spelled;
use super::*;

fn patterns(text: &str) -> String {
    let path = Pcre::new(text, false).and_then(|pcre| pcre.path("/"));
    match path {
        Err(message) => format!("! {message}"),
        Ok(path) => {
            let each = path.patterns.iter().map(|pattern| match pattern {
                Spelled::Path(text) => text.clone(),
                Spelled::Regex(text) => format!("~{text}"),
            });
            each.collect::<Vec<_>>().join(" ")
        }
    }
}

#[test]
fn what_paths_can_say_is_said_as_paths() {
    for (text, expected) in [
        ("^old$", "/old"),
        ("^old/?$", "/old /old/"),
        (r"^old\.html$", "/old.html"),
        ("^old/(.*)$", "/old/*"),
        ("^old/(.*)", "/old/*"),
        ("^(.*)$", "/*"),
        ("^", "/*"),
        (".*", "/*"),
        ("^old", "/old*"),
        ("^old/", "/old/*"),
        ("(.*)", "/*"),
    ] {
        assert_eq!(patterns(text), expected, "{text}");
    }
}

/// nginx and virtual hosts of Apache compare the whole path, which begins with a slash.
#[test]
fn a_group_of_the_whole_path_holds_its_slash() {
    for (text, pattern, capture) in [
        ("^(.*)$", "/*", "/{splat}"),
        ("^(.*)", "/*", "/{splat}"),
        ("(.*)", "/*", "/{splat}"),
        ("^(.+)$", "/*", "/{splat}"),
        ("^(/.*)$", "/*", "/{splat}"),
        ("^/(.*)$", "/*", "{splat}"),
        ("^/?(.*)$", "/*", "{splat}"),
        ("^/a/(.*)$", "/a/*", "{splat}"),
    ] {
        let path = Pcre::new(text, false).and_then(|pcre| pcre.path("")).unwrap();
        assert_eq!(
            (path.patterns, path.captures),
            (vec![Spelled::Path(pattern.to_owned())], vec![capture.to_owned()]),
            "{text}"
        );
    }
}

#[test]
fn the_rest_are_expressions_of_the_normalised_path() {
    for (text, expected) in [
        ("^a/([0-9]+)$", r"~^/a/([0-9]+)$"),
        (r"old\.php$", r"~^/.*?old\.php$"),
        ("^a b$", "~^/a%20b$"),
        // A repetition is of the character, and not of the last digit of its escape.
        ("^a ?b$", "~^/a(?:%20)?b$"),
        ("^a[ \"]*b$", "~^/a(?:%2[02])*b$"),
        ("^é$", "~^/%C3%A9$"),
        ("^a,b$", "~^/a(?:,|%2C)b$"),
        ("^([^/]+)/(.*)x$", "~^/([^/]+)/(.*)x$"),
        ("^(.*)20$", "~^/((?:%[0-9A-F]{2}|[^%])*)20$"),
        ("^a.b$", "~^/a(?:%[0-9A-F]{2}|[^%])b$"),
        ("a|b", "~^/.*?(?:a|b)"),
        (r"/\.|^\.|^x$", r"~^/.*?/\.|^/\.|^/x$"),
    ] {
        assert_eq!(patterns(text), expected, "{text}");
    }
}

#[test]
fn what_rules_do_not_have_is_refused() {
    for text in [
        "^(?=a)",
        "^(?!a)b",
        "^(?!a)$",
        "((?!a))*b",
        "^/(x(?!y))",
        "^/(?<n>x(?!y))",
        "^/(?:(x(?!y)))",
        "(?!a|)",
        "(?!(a))",
        "(?<=a)b",
        r"(a)\1",
        "a++",
        "(?>a)",
        "(?i:a)",
        r"\bword",
        "(a",
        "a)",
        "[a",
        "*",
        "a{2}{3}",
        "(^a|b)",
        "é+[é]",
    ] {
        assert!(patterns(text).starts_with('!'), "{text}: {}", patterns(text));
    }
}

/// By hand, as PCRE has them: what a look-ahead keeps out, and what it does not.
#[test]
fn a_look_ahead_at_words_is_written_out() {
    for (text, matched, others) in [
        (
            r"/\.(?!well-known)",
            "/.git /.well-knows /. /.well-known/.git /a/.x /.Well-known",
            "/.well-known /.well-known/a /a",
        ),
        (r"(?i)/\.(?!WELL-known)", "/.git /.well- /.well-known/.git", "/.well-known /.Well-Known/a"),
        ("^/(?!api|app|a$).*", "/ /b /ap /apx /ab", "/api /app /apix /a"),
        ("^/((?!api).*)$", "/ /b /ap", "/api /api/x"),
        ("^/(?!(?:css|js)$).+", "/c /cssx /jsx /j", "/ /css /js"),
        (r"^/(?:(?!in\.).*|x)$", "/ /in /inx /x", "/in. /in.html"),
        ("^/(?!a).*|^/ab$", "/ /b /ab", "/a /ac"),
        (r"[(?!a)]/\.(?!b)", "!/.a", "!/.b x/.a"),
        ("^/(?!%20x)", "/", ""),
    ] {
        let path =
            Pcre::new(text, false).and_then(|pcre| pcre.path("")).unwrap_or_else(|what| panic!("{text}: {what}"));
        let [Spelled::Regex(source)] = path.patterns.as_slice() else { panic!("{text}: {path:?}") };
        let regex = regex_lite::Regex::new(source).unwrap();
        matched.split(' ').for_each(|path| assert!(regex.is_match(path), "{text} {source} {path}"));
        others.split_whitespace().for_each(|path| assert!(!regex.is_match(path), "{text} {source} {path}"));
    }
}

/// By hand.
#[test]
fn a_few_words_are_told() {
    let words = |text: &str| {
        let words = Pcre::new(text, false).unwrap().words()?;
        let mark = |is: bool, mark| if is { mark } else { "" };
        let each = words.iter().map(|it| format!("{}{}{}", mark(it.begins, "^"), it.word, mark(it.ends, "$")));
        Some(each.collect::<Vec<_>>().join(" "))
    };
    for (text, expected) in [
        ("^TRAC[EK]$", "^TRACE$ ^TRACK$"),
        ("^TRAC(E|K)", "^TRACE ^TRACK"),
        ("^(?:GET|HEAD)$|^POST", "^GET$ ^HEAD$ ^POST"),
        ("^PUT|POST$", "^PUT POST$"),
        ("^PUTS?$", "^PUTS$ ^PUT$"),
        ("(^GET|HEAD)$", "^GET$ HEAD$"),
    ] {
        assert_eq!(words(text).as_deref(), Some(expected), "{text}");
    }
    for text in ["^A+$", "^.$", "^[A-Z][A-Z]$", "(?i)^GET$", "^GET$X", "A^"] {
        assert_eq!(words(text), None, "{text}");
    }
}

#[test]
fn a_host_is_compared_as_it_is() {
    let text = |text: &str| Pcre::new(text, true).unwrap().text().unwrap();
    assert_eq!(text(r"^www\.(.+)$"), r"(?i)^www\.((?s:.)+)$");
    assert_eq!(Pcre::new(r"^www\.example\.org$", false).unwrap().only().as_deref(), Some("www.example.org"));
}

/// What matches below a text is what matches the whole path, and begins so.
#[test]
fn an_expression_below_a_text_is_for_paths_that_begin_so() {
    let paths = [
        "/a/x.php",
        "/a/.php",
        "/a/b.PHP",
        "/b/x.php",
        "/a.php",
        "/x/a/y.php",
        "/A/x.php",
        "/a/x.phpx",
        "/ab.php",
        "/a",
    ];
    for (text, fold, begin) in [
        (r"\.php$", false, "/a/"),
        (r"\.php$", true, "/a/"),
        (r"^.+\.php$", false, "/a/"),
        (r"^/a/x", false, "/a/"),
        (r"\.(php|x)$", false, "/a"),
        (r"[^/A-z]php$", false, "/a/"),
    ] {
        let own = Pcre::new(text, fold).unwrap();
        let below = own.clone().below(begin).unwrap();
        for path in paths {
            let expected = path.starts_with(begin) && own.may_match(path);
            assert_eq!(below.may_match(path), expected, "{text} below {begin}: {path}");
        }
    }
    for (text, fold, begin) in [
        ("/b$", false, "/a"),
        ("a$", false, "/a"),
        (r"\.php", false, "/a/"),
        ("[^/a]x$", true, "/a/"),
        ("^/a/x", true, "/a/"),
    ] {
        assert!(Pcre::new(text, fold).unwrap().below(begin).is_err(), "{text} below {begin}");
    }
}
