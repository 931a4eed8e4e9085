//! Headers that an `.htaccess` or an `nginx.conf` sets: those of the server's own answer, and those of the rules.

use std::fs;

use selvedge::dialect::{Form, Options, parse};
use selvedge::{Engine, Platform, Severity};

use super::{Server, answer, is_installed, shared, split, start_apache, start_nginx};

type Case<'c> = (&'c str, &'c str, &'c [(&'c str, &'c str)], &'c str);

/// The file, a path, headers of the request, and the name of a header of the response.
const APACHE: [Case<'_>; 17] = [
    ("SetEnvIf Origin : cors\nHeader set X-A 1 env=cors\n", "/a.html", &[("origin", "https://z.example")], "x-a"),
    ("SetEnvIf Origin : cors\nHeader set X-A 1 env=cors\n", "/a.html", &[], "x-a"),
    ("SetEnvIf Origin : cors\nHeader set X-A 1 env=!cors\n", "/a.html", &[], "x-a"),
    ("BrowserMatchNoCase BOT b\nHeader set X-A 1 env=b\n", "/a.html", &[("user-agent", "a bot")], "x-a"),
    ("BrowserMatch BOT b\nHeader set X-A 1 env=b\n", "/a.html", &[("user-agent", "a bot")], "x-a"),
    ("SetEnvIf X-One 1 b\nSetEnvIf X-Two 2 b\nHeader set X-A 1 env=b\n", "/a.html", &[("x-two", "2")], "x-a"),
    ("Header set X-A 1 env=HTTPS\n", "/a.html", &[], "x-a"),
    ("SetEnv b\nHeader set X-A 1 env=b\n", "/a.html", &[], "x-a"),
    ("Header set X-A 1 \"expr=%{HTTPS} == 'on'\"\n", "/a.html", &[], "x-a"),
    ("Header set X-A 1 \"expr=%{HTTPS} != 'on' && %{HTTP_HOST} =~ m#^X\\.#i\"\n", "/a.html", &[], "x-a"),
    ("Header set X-A 1 \"expr=%{HTTP_HOST} =~ /^X\\./\"\n", "/a.html", &[], "x-a"),
    (
        "AddType text/html .html\nHeader set X-A 1 \"expr=%{CONTENT_TYPE} =~ m#text/(html|xml)#i\"\n",
        "/a.html",
        &[],
        "x-a",
    ),
    ("AddType text/xml .html\nHeader set X-A 1 \"expr=%{CONTENT_TYPE} =~ m#text/html#i\"\n", "/a.html", &[], "x-a"),
    ("Header set X-A 1 \"expr=%{REQUEST_STATUS} -eq 200\"\n", "/a.html", &[], "x-a"),
    ("AddType text/html .html\nAddDefaultCharset utf-8\n", "/a.html", &[], "content-type"),
    ("AddType text/xml .html\nAddDefaultCharset utf-8\n", "/a.html", &[], "content-type"),
    ("AddCharset utf-8 .html\nAddType text/xml .html\n", "/a.html", &[], "content-type"),
];

const NGINX: [Case<'_>; 9] = [
    ("add_header X-A 1;\nserver { }\n", "/a.html", &[], "x-a"),
    ("add_header X-A 1;\nserver { add_header X-B 2; }\n", "/a.html", &[], "x-a"),
    ("add_header X-A 1;\nserver { location = /a.html { add_header X-B 2; } }\n", "/a.html", &[], "x-a"),
    ("add_header X-A 1;\nserver { location = /a.html { add_header X-B 2; } }\n", "/b.html", &[], "x-a"),
    (
        "server { location / { if ($http_x_key = k) { add_header X-A 1; return 204; } } }\n",
        "/a.html",
        &[("x-key", "k")],
        "x-a",
    ),
    (
        "server { location / { if ($http_x_key = k) { return 204; add_header X-A 1; } } }\n",
        "/a.html",
        &[("x-key", "k")],
        "x-a",
    ),
    ("server { location / { if ($http_x_key = k) { add_header X-A 1; return 204; } } }\n", "/a.html", &[], "x-a"),
    (
        "server { location = /a.html { if ($request_method = 'GET') { add_header X-A 1; return 200 hi; } } }\n",
        "/a.html",
        &[],
        "x-a",
    ),
    ("server { set $a b; location = /a.html { add_header X-A $a-c; } }\n", "/a.html", &[], "x-a"),
];

fn compare(server: &Server, form: Form, (text, path, headers, name): Case<'_>) {
    let parsed = parse(text, form, &Options::new());
    let left_out = parsed.findings.iter().filter(|finding| finding.severity == Severity::Error);
    assert_eq!(left_out.map(|finding| finding.to_string()).collect::<Vec<_>>(), [""; 0], "{text}");
    let engine = Engine::new(&parsed.to_rules().unwrap(), Platform::Fetch).unwrap();
    let url = format!("http://x.example{path}");
    let (host, target) = split(&url);
    let all: Vec<(&str, &str)> =
        [("Host", host), ("Connection", "close")].into_iter().chain(headers.iter().copied()).collect();
    let theirs = shared::http1::send(server.address, "GET", target, &all).unwrap();
    let kind = text.lines().find_map(|line| line.strip_prefix("AddType ")?.split(' ').next());
    let ours = answer(&engine, &url, headers, kind);
    let value = |headers: &http::HeaderMap| {
        headers.get_all(name).iter().map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(value(ours.headers()), value(theirs.headers()), "{text}{path} {headers:?}");
}

#[test]
fn apache() {
    if !is_installed("apache2") {
        return println!("skipped: there is no apache2 (Debian: apt-get install apache2-bin)");
    }
    let server = start_apache("apache-headers");
    for case in APACHE {
        fs::write(server.folder.join("site/.htaccess"), case.0).unwrap();
        compare(&server, Form::Apache, case);
    }
}

#[test]
fn nginx() {
    if !is_installed("nginx") {
        return println!("skipped: there is no nginx (Debian: apt-get install nginx-light)");
    }
    for case in NGINX {
        compare(&start_nginx(&case.0.replace("server {", "server { $listen;")), Form::Nginx, case);
    }
}
