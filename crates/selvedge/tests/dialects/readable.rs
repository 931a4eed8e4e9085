//! Whatever a configuration of a server or a host becomes, rules read it without an error: also where a value stands in it that
//! nobody means.

use std::collections::BTreeMap;

use selvedge::Rules;
use selvedge::dialect::convert::to_rules;
use selvedge::dialect::{Dialect, Form, Hosting, Options};

use crate::files::{Random, conf, htaccess};

/// Files by hand, with as many kinds of entries as the readers know.
const WRITTEN: [(Form, &str); 19] = [
    (Form::Apache, include_str!("readable/vhost.conf")),
    (Form::Apache, include_str!("readable/htaccess.txt")),
    (Form::Nginx, include_str!("readable/nginx.conf")),
    (
        Form::Nginx,
        "server { if ($host = \"\") { return 403; } if ($request_method = \"\") { return 403; } if ($scheme = \"\") { return 403; } if ($http_x_key = \"\") { return 403; } }",
    ),
    (Form::Hosting(Hosting::Amplify), include_str!("readable/amplify.json")),
    (Form::Hosting(Hosting::S3), include_str!("readable/s3.json")),
    (Form::Hosting(Hosting::S3), include_str!("readable/s3.xml")),
    (Form::Hosting(Hosting::Firebase), include_str!("readable/firebase.json")),
    (Form::Hosting(Hosting::StaticWebApp), include_str!("readable/staticwebapp.config.json")),
    (Form::Hosting(Hosting::Iis), include_str!("readable/web.config")),
    (Form::Hosting(Hosting::Caddy), include_str!("readable/caddy.json")),
    (
        Form::Table,
        "from,to,status,regex\n/a,/b,301,\n^/c/(.*)$,/d/$1,302,1\nhttps://x.example/e,https://y.example/f,,\n",
    ),
    (
        Form::Table,
        "{\"source\":\"/a\",\"target\":\"/b\",\"status\":308}\n{\"source\":\"/c/*\",\"target\":\"https://y.example/:splat\"}\n",
    ),
    (Form::VercelJson, include_str!("readable/vercel.json")),
    (Form::NetlifyToml, include_str!("readable/netlify.toml")),
    (
        Form::Redirects(Dialect::Netlify),
        "/a /b 301!\n/c/* https://y.example/:splat 302! Country=de Language=en\n/d id=:id /e/:id 301!\nhttps://x.example/f /g 200!\n/h /i 404!\n",
    ),
    (Form::Redirects(Dialect::Cloudflare), "/a /b 301\n/c/* https://y.example/:splat 302\n/d/:x /e/:x 307\n"),
    (Form::Headers(Dialect::Netlify), "/*\n  X-A: 1\n  Set-Cookie: a=b\n/b/*\n  Cache-Control: no-store\n"),
    (
        Form::Headers(Dialect::Cloudflare),
        "https://:sub.pages.dev/*\n  X-A: :sub\n  ! X-B\n/b/*\n  Cache-Control: no-store\n",
    ),
];

/// What stands where something else is meant.
const ODD: [&str; 84] = [
    "",
    " ",
    "*",
    "**",
    "*.",
    "*a*",
    "[",
    "(",
    "(a",
    ")",
    "^$",
    "^",
    "$",
    ".*",
    "(.*)",
    "(?!a)b",
    "a{9999}",
    "\\",
    "\\1",
    "$1",
    "$9",
    "%1",
    "{R:1}",
    "{C:1}",
    "{x}",
    "{",
    "}",
    "{{",
    "{host}",
    "{query.x}",
    ":",
    ":x",
    ":x*",
    ":splat",
    "<*>",
    "<x>",
    "%",
    "%zz",
    "%00",
    "%2f",
    "%0d%0a",
    "é",
    "a b",
    "a\tb",
    "?",
    "?a=b",
    "#",
    "#a",
    "/",
    "//",
    "//x.example",
    "/../a",
    "/a/../b",
    "/%2e%2e/a",
    "https://",
    "https://:80/",
    "https://x y/",
    "https://u:p@x.example/",
    "http://[::1",
    "x.example:99999",
    "*.x.example",
    "x.example.",
    "X_Y.example",
    "300",
    "99",
    "999",
    "-1",
    "1e9",
    "GE T",
    "get",
    "X A",
    "Host",
    "Content-Length",
    "Connection",
    "Set-Cookie",
    "Via",
    "XX",
    "DEU",
    "1.2.3.4/99",
    "::/200",
    "a,b",
    "a;b",
    "\u{1}",
    "on",
];

/// The same file with something else in one place: a word, what stands in quotes, or a line twice or not at all.
fn altered(text: &str, random: &mut Random) -> String {
    let odd = random.pick(&ODD);
    let is_xml = text.starts_with('<');
    let odd = match () {
        () if is_xml => odd.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;"),
        () if text.starts_with(['{', '[']) => {
            odd.replace('\\', "\\\\").replace('\t', "\\t").replace('\u{1}', "\\u0001")
        }
        () => odd.to_owned(),
    };
    let is_word = |c: char| !(c.is_whitespace() || c == '"' || c == '>' || c == '<' || c == '=' && is_xml);
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (start, is_word(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| from..text.len()));
    if words.is_empty() {
        return odd;
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    match random.below(10) {
        0 => {
            let at = random.below(lines.len());
            lines.iter().enumerate().filter(|(line, _)| *line != at).map(|(_, line)| *line).collect()
        }
        1 => {
            let at = random.below(lines.len());
            lines[..=at].iter().chain(&lines[at..]).copied().collect()
        }
        2 | 3 => {
            // Something after a word, or before it.
            let word = words[random.below(words.len())].clone();
            let at = if random.maybe(50) { word.start } else { word.end };
            format!("{}{odd}{}", &text[..at], &text[at..])
        }
        _ => {
            let word = words[random.below(words.len())].clone();
            format!("{}{odd}{}", &text[..word.start], &text[word.end..])
        }
    }
}

#[test]
fn whatever_is_converted_can_be_read() {
    let files: usize = std::env::var("READABLE_FILES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_500);
    let mut random = Random(20);
    let mut wrong: BTreeMap<String, String> = BTreeMap::new();
    // As they are, and then with something odd in them.
    let mut drawn: Vec<(Form, String)> = WRITTEN.iter().map(|(form, text)| (*form, (*text).to_owned())).collect();
    for number in 0..files {
        let (form, mut text) = match number % 4 {
            0 => (Form::Apache, htaccess(&mut random)),
            1 => (Form::Nginx, conf(&mut random)),
            _ => {
                let (form, text) = random.pick(&WRITTEN);
                (form, text.to_owned())
            }
        };
        for _ in 0..=random.below(3) {
            text = altered(&text, &mut random);
        }
        drawn.push((form, text));
    }
    for (form, text) in drawn {
        for file in to_rules(&text, form, &Options::new()).files {
            if let Err(problems) = file.text.parse::<Rules>() {
                let problem = problems.into_iter().next().unwrap();
                let place: String = problem.place.chars().filter(|c| !c.is_ascii_digit()).collect();
                wrong
                    .entry(format!("{form:?} {place} {}", problem.code))
                    .or_insert_with(|| format!("{problem}\n{text}\n{}", file.text));
            }
        }
    }
    let shown: Vec<String> = wrong.iter().map(|(kind, first)| format!("== {kind}: {first}")).collect();
    assert!(wrong.is_empty(), "{} kinds:\n{}", wrong.len(), shown.join("\n"));
}
