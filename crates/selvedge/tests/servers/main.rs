//! What is read of a server's configuration, against the server itself: random files and requests, its answers and ours.
//!
//! `SERVER_FILES` says how many files there are, each with a dozen requests; `SERVER_SEED` says which. A server that is not
//! installed is left out, and the test says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod decisions;
mod files;
mod headers;
mod hosts;
mod lists;
mod requests;
#[path = "../shared/mod.rs"]
mod shared;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::sync::Mutex;
use std::time::Duration;

use decisions::{decided, is_unlisted};
use files::{Random, conf, htaccess};
use http::{Request, Response};
use requests::url;
use selvedge::dialect::{Form, Options, parse};
use selvedge::{Engine, Entered, Facts, Finding, Outcome, Platform, Severity};

const REQUESTS: usize = 12;

/// The files of the site, each of which holds its own path.
const SITE: [&str; 6] = ["/index.html", "/a.html", "/b.html", "/old/x.html", "/new/index.html", "/404.html"];

/// What a request comes to.
#[derive(Debug, PartialEq)]
enum Came {
    /// A redirect: status and `Location`.
    To(u16, String),
    /// A file with a status.
    File(u16, String),
    /// Nothing but a status.
    Status(u16),
}

/// A server on a port of the loopback interface, which ends with the test.
struct Server {
    child: Child,
    address: SocketAddr,
    folder: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends its own children on a signal that it can hear.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
        TAKEN.lock().unwrap().remove(&self.address.port());
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Server {
    fn start(program: &str, args: &[&str], folder: PathBuf, port: u16) -> Server {
        let child = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let server = Server { child, address, folder };
        for _ in 0..500 {
            // Of a free port that is asked from itself, both ends are the same socket.
            let is_there = |stream: TcpStream| stream.local_addr().is_ok_and(|own| own != address);
            if TcpStream::connect(address).is_ok_and(is_there) {
                return server;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{program} does not listen");
    }

    fn ask(&self, url: &str) -> Came {
        let (host, target) = split(url);
        let send = || shared::http1::send(self.address, "GET", target, &[("Host", host), ("Connection", "close")]);
        // A busy machine resets a connection now and then; a server that does so twice says why.
        let response = match send() {
            Err(error) if error.kind() == ErrorKind::ConnectionReset => send(),
            other => other,
        };
        let response = response.unwrap_or_else(|error| {
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            panic!("{url}: {error}\n{log}")
        });
        came(
            response.status().as_u16(),
            response.headers().get("location").and_then(|it| it.to_str().ok()),
            response.body(),
            url,
        )
    }
}

fn split(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap();
    rest.split_at(rest.find('/').unwrap())
}

fn came(status: u16, location: Option<&str>, body: &[u8], url: &str) -> Came {
    if let Some(location) = location.filter(|_| (300..400).contains(&status)) {
        // Servers make a whole URL of a path.
        let (host, _) = split(url);
        let own = format!("http://{host}/");
        let location = location.strip_prefix(&own).map_or_else(|| location.to_owned(), |rest| format!("/{rest}"));
        return Came::To(status, location);
    }
    match std::str::from_utf8(body).ok().filter(|body| SITE.contains(body)) {
        Some(body) => Came::File(status, body.to_owned()),
        None => Came::Status(status),
    }
}

fn ours(engine: &Engine, url: &str) -> Came {
    let answer = answer(engine, url, &[], None);
    let location = answer.headers().get("location").and_then(|it| it.to_str().ok());
    came(answer.status().as_u16(), location, answer.body(), url)
}

/// What the rules answer to a request with headers, where the origin has the site, perhaps with a type.
fn answer(engine: &Engine, url: &str, headers: &[(&str, &str)], kind: Option<&str>) -> Response<Vec<u8>> {
    let (host, target) = split(url);
    let mut request = Request::get(target).header("host", host);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (mut head, ()) = request.body(()).unwrap().into_parts();
    let facts = Facts::new().with_scheme("http").with_client_ip(std::net::Ipv4Addr::LOCALHOST.into());
    let mut pass = match engine.enter(&mut head, facts) {
        Entered::Answer(it) => return it,
        Entered::Ask(pass) => pass,
    };
    loop {
        let path = head.uri.path().to_owned();
        let file = if path.ends_with('/') { format!("{path}index.html") } else { path };
        let found = SITE.contains(&file.as_str());
        let (mut response, body) = Response::builder()
            .status(if found { 200 } else { 404 })
            .body(if found { file.into_bytes() } else { Vec::new() })
            .unwrap()
            .into_parts();
        response.headers.extend(kind.map(|kind| (http::header::CONTENT_TYPE, kind.parse().unwrap())));
        match pass.leave(&mut response) {
            Outcome::Origin => return Response::from_parts(response, body),
            Outcome::Replaced(body) => return Response::from_parts(response, body),
            Outcome::AskAgain(again, next) => (head, pass) = (*again, next),
        }
    }
}

fn is_installed(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

fn number(name: &str, default: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn site(name: &str) -> (PathBuf, u16) {
    let port = free_port();
    let folder = std::env::temp_dir().join(format!("selvedge-{name}-{port}-{}", std::process::id()));
    for file in SITE {
        let path = folder.join("site").join(&file[1..]);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    (folder, port)
}

/// The ports of the servers of this process: until one listens, the system gives its port to others as well.
static TAKEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());

fn free_port() -> u16 {
    loop {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        if TAKEN.lock().unwrap().insert(port) {
            return port;
        }
    }
}

/// Draws files, asks the server and the rules, and names the first few differences.
fn compare(
    title: &str,
    form: Form,
    files: u32,
    mut serve: impl FnMut(&str) -> Rc<Server>,
    draw: impl Fn(&mut Random) -> String,
) {
    let mut random = Random(number("SERVER_SEED", 14));
    let (mut compared, mut refused, mut guarded) = (0, 0, 0);
    let mut different = Vec::new();
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    let mut decisions: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..files {
        let text = draw(&mut random);
        let parsed = parse(&text, form, &Options::new());
        let mut urls: Vec<String> = (0..REQUESTS).map(|_| url(&mut random)).collect();
        if form == Form::Apache {
            // It answers 404 to an encoded slash, unless AllowEncodedSlashes says otherwise.
            urls.iter_mut().for_each(|url| *url = url.replace("%2f", "/"));
        }
        let is_refused = parsed.findings.iter().any(|finding| finding.severity == Severity::Error);
        // A guard comes before a redirect that may not act: what that leads elsewhere is not served either.
        let is_first = |finding: &Finding| finding.message.ends_with("comes before that rule");
        let is_guarded_first =
            parsed.findings.iter().filter(|finding| finding.severity == Severity::Error).all(is_first);
        refused += u32::from(is_refused && !is_guarded_first);
        let rules = parsed.to_rules().unwrap_or_else(|wrong| panic!("{text}{wrong}"));
        let engine = match Engine::new(&rules, Platform::Fetch) {
            Ok(engine) => engine,
            // Nothing runs, and nothing comes out.
            Err(_) if is_refused => continue,
            // Conditions on the host and on the scheme are known at different stages, which the compiler says.
            Err(wrong) if wrong.to_string().contains("give one of them \"at\"") => {
                refused += 1;
                continue;
            }
            Err(wrong) => panic!("{text}{wrong}"),
        };
        let server = serve(&text);
        for url in urls {
            let (theirs, ours) = (server.ask(&url), ours(&engine, &url));
            if is_refused {
                // What is left out makes other answers; but what the server keeps in never comes out.
                // Of a folder that is only not listed, other paths come out.
                let is_unlisted = || {
                    let (path, _) = url.split_at(url.find('?').unwrap_or(url.len()));
                    is_unlisted(&text, &url, &theirs) && !is_kept_in(&server.ask(&format!("{path}x9q")))
                };
                let is_kept_in = is_kept_in(&theirs) && !is_unlisted();
                guarded += u32::from(is_kept_in);
                let is_led = is_guarded_first
                    && matches!(theirs, Came::To(..))
                    && decided(&text, &url, &theirs, &engine).is_none();
                if (is_kept_in || is_led) && matches!(ours, Came::File(200, _)) {
                    different.push(format!("{text}{url}\n  theirs {theirs:?}\n  ours   {ours:?}\n"));
                }
                continue;
            }
            compared += 1;
            *kinds
                .entry(match theirs {
                    Came::To(..) => "redirects",
                    Came::File(200, _) => "files",
                    _ => "answers",
                })
                .or_default() += 1;
            if theirs == ours {
                continue;
            }
            if let Some(name) = decided(&text, &url, &theirs, &engine) {
                *decisions.entry(name).or_default() += 1;
            } else {
                different.push(format!("{text}{url}\n  theirs {theirs:?}\n  ours   {ours:?}\n"));
            }
        }
    }
    println!(
        "{title}: {compared} pairs of {files} files compared ({kinds:?}), {refused} files not taken as a whole, of which {guarded} answers are held by guards alone; by decision {decisions:?}"
    );
    assert!(
        different.is_empty(),
        "{} of {compared} differ:\n{}",
        different.len(),
        different[..different.len().min(number("SERVER_SHOW", 8) as usize)].join("\n")
    );
    assert!(refused * 3 < files * 2, "{refused} of {files} files are refused");
}

/// The answer of a guard.
fn is_kept_in(answer: &Came) -> bool {
    matches!(answer, Came::Status(401 | 403 | 405) | Came::File(401 | 403, _))
}

/// Apache, which reads `.htaccess` in the folder of the site.
fn start_apache(name: &str) -> Server {
    let (folder, port) = site(name);
    let root = folder.display();
    let modules: String = [
        "mpm_event",
        "access_compat",
        "authn_core",
        "authz_core",
        "authz_host",
        "authz_user",
        "setenvif",
        "env",
        "auth_basic",
        "alias",
        "dir",
        "mime",
        "rewrite",
        "headers",
        "expires",
    ]
    .iter()
    .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
    .collect();
    let config = format!(
        "ServerRoot {root}\nServerName x.example\nListen 127.0.0.1:{port}\nPidFile {root}/pid\nErrorLog {root}/log\n{modules}\
         TypesConfig /dev/null\nRewriteMap lc int:tolower\nDocumentRoot {root}/site\n<Directory {root}/site>\nAllowOverride All\nOptions FollowSymLinks\n\
         DirectorySlash Off\nDirectoryIndex index.html\nRequire all granted\n</Directory>\n"
    );
    fs::write(folder.join("apache.conf"), config).unwrap();
    Server::start("apache2", &["-X", "-f", &folder.join("apache.conf").display().to_string()], folder.clone(), port)
}

/// nginx with this in its `http`, where `$listen` stands for port and folder.
fn start_nginx(text: &str) -> Server {
    let (folder, port) = site("nginx");
    let root = folder.display();
    let text = text.replace("$listen", &format!("listen 127.0.0.1:{port}; root {root}/site"));
    let paths: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| format!("{name}_temp_path {root}/{name};\n"))
        .collect();
    let config = format!(
        "daemon off;\nmaster_process off;\npid {root}/pid;\nerror_log {root}/log;\nevents {{}}\nhttp {{\naccess_log off;\nport_in_redirect off;\n{paths}{text}}}\n"
    );
    fs::write(folder.join("nginx.conf"), config).unwrap();
    Server::start(
        "nginx",
        &["-p", &root.to_string(), "-c", "nginx.conf", "-e", &format!("{root}/log")],
        folder.clone(),
        port,
    )
}

#[test]
fn apache() {
    if !is_installed("apache2") {
        println!("skipped: there is no apache2 (Debian: apt-get install apache2-bin)");
        return;
    }
    let server = Rc::new(start_apache("apache"));
    let serve = |text: &str| {
        // A map stands in the server's own file.
        let own: String = text.split_inclusive('\n').filter(|line| !line.starts_with("RewriteMap")).collect();
        fs::write(server.folder.join("site/.htaccess"), own).unwrap();
        Rc::clone(&server)
    };
    compare("Apache", Form::Apache, number("SERVER_FILES", 60), serve, htaccess);
}

#[test]
fn nginx() {
    if !is_installed("nginx") {
        println!("skipped: there is no nginx (Debian: apt-get install nginx-light)");
        return;
    }
    // It reads its configuration once: each file has a server of its own, and there are fewer.
    let serve = |text: &str| Rc::new(start_nginx(&text.replace("server {", "server { $listen;")));
    compare("nginx", Form::Nginx, number("SERVER_FILES", 60) / 3, serve, conf);
}
