//! Virtual hosts of Apache: which of them a host comes to.

use super::files::Random;
use super::{Came, Server, is_installed, number, ours, site};
use selvedge::dialect::{Form, Options, parse};
use selvedge::{Engine, Platform};
use std::fs;

const NAMES: [&str; 4] = ["a.example", "b.example", "*.example", "*.b.example"];
const HOSTS: [&str; 6] = ["a.example", "b.example", "c.example", "x.b.example", "d111.cdn.test", "example"];

/// A file of one to three hosts of one port. Each answers and redirects paths of its own.
fn draw(random: &mut Random) -> String {
    let mut text = String::new();
    for at in 0..1 + random.below(3) {
        text += "<VirtualHost *:80>\nDocumentRoot $root/site\n";
        let mut name = |directive: &str| format!("{directive} {}\n", NAMES[random.below(4)]);
        text += &format!("ServerName {at}.test\n{}", name("ServerAlias"));
        let section =
            ["/g#", "~ (?i)^/G#", "~ (?i)^/G#/x$", "~ ^/[gG]#/(?!y)"][random.below(4)].replace('#', &at.to_string());
        text += &format!(
            "<Location {section}>\nRequire all denied\n</Location>\nRedirect 302 /r{at} http://to.test/{at}\n"
        );
        text += "</VirtualHost>\n";
    }
    text
}

#[test]
fn virtual_hosts() {
    if !is_installed("apache2") {
        println!("skipped: there is no apache2 (Debian: apt-get install apache2-bin)");
        return;
    }
    let mut random = Random(number("SERVER_SEED", 14));
    let (mut compared, mut kept) = (0, 0);
    for at in 0..number("SERVER_FILES", 60) / 6 {
        let text = draw(&mut random);
        let rules = parse(&text, Form::Apache, &Options::new()).to_rules().unwrap();
        let engine = Engine::new(&rules, Platform::Fetch).unwrap_or_else(|wrong| panic!("{text}{wrong}"));
        let (folder, port) = site(&format!("hosts-{at}"));
        let root = folder.display().to_string();
        let modules: String = ["mpm_event", "authn_core", "authz_core", "alias", "dir"]
            .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
            .concat();
        let text = text.replace("$root", &root);
        let config = format!(
            "ServerRoot {root}\nListen 127.0.0.1:{port}\nPidFile {root}/pid\nErrorLog {root}/log\n{modules}\
             DirectorySlash Off\n{}",
            text.replace("*:80", &format!("*:{port}"))
        );
        let file = folder.join("apache.conf");
        fs::write(&file, config).unwrap();
        let server = Server::start("apache2", &["-X", "-f", &file.display().to_string()], folder, port);
        for host in HOSTS {
            for path in ["/g0/x", "/g1/x", "/g2/x", "/G0/x", "/g0/X", "/g1/y", "/g0/", "/r0", "/r1", "/r2", "/a.html"] {
                let url = format!("http://{host}{path}");
                let (theirs, ours) = (server.ask(&url), ours(&engine, &url));
                assert_eq!(theirs, ours, "{text}{url}");
                compared += 1;
                kept += u32::from(theirs == Came::Status(403));
            }
        }
    }
    println!("virtual hosts of Apache: {compared} pairs compared, of which {kept} are kept in");
    assert!(compared == 0 || kept > 0, "no guard was asked for");
}
