//! Random files of servers.

/// mulberry32, as in tests/oracles/random.mjs.
pub(crate) struct Random(pub(crate) u32);

impl Random {
    pub(crate) fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x6d2b_79f5);
        let mut word = (self.0 ^ (self.0 >> 15)).wrapping_mul(self.0 | 1);
        word ^= word.wrapping_add((word ^ (word >> 7)).wrapping_mul(word | 61));
        word ^ (word >> 14)
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.next() as usize % count
    }

    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    pub(crate) fn maybe(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// Maps, and what uses them.
const MAPS: [(&str, &str); 10] = [
    (
        "map $uri $to { default ''; /A /b.html; ~^/p/(\\d+)$ /new/$1$is_args$args; '/a b' https://z.example/n; }\n",
        "if ($to) { return 301 $to; }\n",
    ),
    ("map $uri $to { /old/x /b.html; ~*^/OLD/ /new/; }\n", "if ($to != '') { return 302 https://z.example$to; }\n"),
    ("map $uri $gone { /Old/X.html 1; ~^/shop/ 1; }\n", "if ($gone) { return 410; }\n"),
    ("map $uri $gone { /old/x.html 0; ~^/old 1; }\n", "if ($gone) { return 403; }\n"),
    ("map $uri $kept { default 1; /a.html 0; }\n", "if ($kept) { return 403; }\n"),
    ("map $host $bad { hostnames; *.x.example 1; }\n", "if ($bad) { return 403; }\n"),
    ("map $host $bad { default 1; X.example 0; y.example 0; }\n", "if ($bad = 1) { return 410; }\n"),
    (
        "map $host $to { www.x.example x; Y.example y; }\n",
        "if ($to) { return 301 https://z.example/$to$request_uri; }\n",
    ),
    ("map $arg_id $bad { 3 yes; }\n", "if ($bad = yes) { return 403; }\n"),
    ("map $http_x_key $bad { default 1; sesame 0; }\n", "location = /a.html { if ($bad) { return 403; } }\n"),
];

pub(crate) fn conf(random: &mut Random) -> String {
    let (map, uses) = if random.maybe(30) { random.pick(&MAPS) } else { ("", "") };
    let mut text = format!("{map}server {{\nserver_name x.example;\n{uses}");
    for _ in 0..random.below(3) {
        text += random.pick(&[
            "if ($host = www.x.example) { return 301 https://z.example$request_uri; }\n",
            "if ($host != x.example) { return 302 $scheme://x.example/; }\n",
            "if ($http_user_agent ~* bot) { return 403; }\n",
            "rewrite ^/p/(\\d+)$ /new/$1 permanent;\n",
            "rewrite (?i)^/OLD/(.*)$ /new/$1 permanent;\n",
            "rewrite (?i)^/A$ /b.html last;\n",
            "rewrite (?i)^/OLD /in/ last;\n",
            "location @unasked { return 503; }\n",
            "rewrite ^/shop/([^/]+)/(.*)$ https://z.example/$2?s=$1? redirect;\n",
            "rewrite ^/a$ /b.html? permanent;\n",
            "rewrite ^/old/(.*)$ /new/$1 redirect;\n",
            "deny 127.0.0.1;\n",
            "allow 127.0.0.1; deny all;\n",
            "if ($remote_addr = 127.0.0.1) { return 403; }\n",
            "rewrite ^/a$ /b.html last;\n",
            "rewrite ^/old/([^/]+)$ https://$1.z.example/ permanent; location ~ ^/old/x { deny all; }\n",
            "rewrite ^/old/.*$ /old/x.html permanent; location ~ ^/old/[ax] { deny all; }\n",
            "rewrite ^/old/(.*)$ /c/$1 last;\n",
            "rewrite ^/shop/(.*)$ /new/$1 last;\n",
            "rewrite ^/p/(\\d+)$ /old/x.html? break;\n",
            "rewrite ^/p/ /a.html last;\n",
            "if ($request_method !~ ^(GET|HEAD)$) { return 403; }\n",
            "if ($http_user_agent !~ ^(|bot)$) { return 410; }\n",
            "if ($host ~ ^(www)\\.) { return 301 https://z.example/; }\n",
            "if ($host ~ ^(y|z)\\.) { return 403; }\n",
            "if ($host ~ ^(www)\\.) { rewrite ^/p/(\\d+)$ https://z.example/$1 permanent; }\n",
            "if ($http_host = www.x.example) { return 301 $scheme://z.example$request_uri; }\n",
            "if ($http_host !~ ^(x|www)\\.) { return 302 $scheme://x.example/?from=$host; }\n",
            "if ($host ~* ^www\\.(.+)$) { return 301 https://$1$request_uri; }\n",
            "if ($host ~ ^(www\\.)?(?<main>[xy])\\.example$) { return 302 https://z.example/$1/$main; }\n",
            "if ($host ~ ^(?<sub>y|www)\\.) { rewrite ^/p/(\\d+)$ $scheme://z.example/$sub/$1? permanent; }\n",
            "if ($host ~ ^([a-z]+)\\.(x)) { return 301 https://$1.z.example/$2; }\n",
            "rewrite ^/shop/(?<first>\\d)/(?<second>\\d)$ /s/$second/$first permanent;\n",
            "rewrite ^/(?<kind>old|p)/(?<rest>.*)$ /new/$rest?kind=$kind? redirect;\n",
            "rewrite ^/in/(?<tail>.*)$ $scheme://z.example/$tail;\n",
            "set $place https://z.example; if ($host = y.example) { return 301 $place/n; }\n",
            "index index.html index.htm;\n",
            "deny all; rewrite ^/p/ /a.html last; return 302 /b.html;\n",
            "deny all; if ($host = y.example) { return 308 /y; } return 302 https://z.example/;\n",
            "if ($host = y.example) { return 308 https://$server_name$request_uri; }\n",
        ]);
    }
    let mut used = Vec::new();
    for _ in 0..random.below(4) {
        let (place, acts): (&str, &[&str]) = random.pick(&[
            ("/", &[
                "return 302 /new/;",
                "try_files $uri $uri/ /index.html;",
                "try_files $uri =404;",
                "try_files $uri $uri/ /b.html =404;",
                "try_files $uri $uri/ @missing;",
                "index index.html;",
                "set $page /b.html; try_files $uri $uri/ $page;",
            ] as &[&str]),
            (
                "/old",
                &[
                    "return 301 /new/;",
                    "return 308 https://z.example$request_uri;",
                    "try_files $uri $uri/ /b.html;",
                    "location ~* \\.HTM.$ { return 301 /b.html; } location ~ /x$ { return 410; }",
                    "deny all; location /old/ { allow all; location ~ x$ { return 302 /x; } location ~ l$ { deny all; } }",
                ],
            ),
            ("/old/", &["return 301 /a.html$is_args$args;", "deny all; return 302 /b.html;", "allow 10.0.0.0/8; deny all; return 410; location ~ x { deny all; }", "return 410;", "deny all;", "return 301 /a; location ^~ /old/x { return 302 /b.html; }"]),
            ("= /a", &["return 301 /b.html;", "return 302 /c$is_args$args;", "return 404;"]),
            ("= /b.html", &["allow 127.0.0.0/8; deny all;", "deny 127.0.0.1;", "internal;", "auth_basic x;"]),
            (
                "/new/",
                &[
                    "allow 10.0.0.0/8; deny all;",
                    "satisfy any; allow 127.0.0.1; deny all; auth_basic x;",
                    "limit_except POST { deny all; }",
                    "location /new/index.html { deny all; }",
                    "location ~ \\.html$ { return 301 /b.html; }",
                    "return 302 /a; location = /new/ { return 301 /b.html; }",
                    "if ($request_filename ~ index) { return 403; }",
                    "allow all;",
                ],
            ),
            ("~ ^/(?!b)[ax]\\.html$", &["return 403;"]),
            ("~ ^/(?!new|old$|p/1)", &["return 403;", "return 410;", "deny all;"]),
            ("~* ^/(?!N|OLD/x|i).*$", &["return 403;", "return 302 /new/;"]),
            ("~ (?i)^/OLD", &["return 410;", "deny all;"]),
            ("/in/", &["deny all;", "return 404;"]),
            ("/x", &["return 410;", "deny all;"]),
            ("~* ^/I", &["return 403;", "return 410;"]),
            (
                "/p/1",
                &[
                    "if ($http_x_key = \"\") { return 403; }",
                    "if ($arg_id = \"\") { return 410; }",
                    "if ($arg_id != \"\") { return 403; }",
                    "if ($http_x_key != '') { return 302 /new/; }",
                    "if ($http_x_key != k) { return 302 https://z.example$request_uri; }",
                ],
            ),
            ("^~ /p/", &["return 301 https://z.example$uri;", "return 403;"]),
            ("~ ^/shop/(\\d+)/(\\d+)$", &["return 301 /s/$2/$1;", "return 302 https://z.example/$1$is_args$args;"]),
            ("~ ^/(?<folder>old|shop)/(?<name>[a-z]+)", &["return 301 /new/$name?in=$folder;", "return 302 $scheme://z.example/$folder/$name$is_args$args;"]),
            ("~* \\.HTML$", &["return 301 /new/;", "return 410;", "auth_basic x; return 302 /new/;"]),
            ("/shop/", &["rewrite ^/shop/1/2$ /a.html last;", "rewrite ^/shop/(\\d)/2$ /b.html break;", "rewrite (?i)^/SHOP/1/2$ /a.html break;", "return 200 text;"]),
            (
                "= /p/x",
                &[
                    "if ($request_method = GET) { add_header X-A 1; return 200 yes; }",
                    "if ($request_method !~ ^(POST|PUT)$) { add_header X-A 1; return 403; }",
                ],
            ),
            ("= /p/12", &["return 404 text;", "try_files $uri $uri/ /b.html; return 301 /a;", "rewrite ^ /a.html break;"]),
        ]);
        if !used.contains(&place) {
            used.push(place);
            text += &format!("location {place} {{ {} }}\n", random.pick(acts));
        }
    }
    if random.maybe(20) {
        text += random.pick(&[
            "error_page 404 /404.html;\n",
            "error_page 404 =200 /404.html;\n",
            "error_page 404 = /b.html;\n",
            "error_page 404 410 /404.html;\n",
            "error_page 404 https://z.example/;\n",
            "error_page 404 @gone; location @gone { rewrite ^ /b.html last; }\n",
            "error_page 404 @gone; location @gone { return 302 https://z.example$request_uri; }\n",
        ]);
    }
    if text.contains("@missing") {
        text += random.pick(&[
            "location @missing { rewrite ^(.*)$ /b.html last; }\n",
            "location @missing { return 307 https://z.example$request_uri; }\n",
            "location @missing { return 307 /new/; }\n",
            "location @missing { deny all; }\n",
        ]);
    }
    if random.maybe(20) {
        // The first server is for all hosts that this one does not name, and for none that it does.
        let names = ["y.example", "*.example", "~^(y|z)\\.", "~^.\\.example$", "www.x.*", ".x.example", "www.* ~Y"];
        text += &format!("}}\nserver {{\nserver_name {};\n", random.pick(&names));
        text += random.pick(&["location = /a { return 301 /b.html; }\n", "deny all;\n", ""]);
    }
    text + "}\n"
}

pub(crate) fn htaccess(random: &mut Random) -> String {
    let mut text = String::from("RewriteEngine On\n");
    for _ in 0..=random.below(4) {
        match random.below(12) {
            0..=5 => rewrite(random, &mut text),
            6 | 7 => {
                let status = random.pick(&["", "301 ", "permanent ", "302 ", "seeother ", "308 "]);
                text += &format!(
                    "Redirect {status}{} {}\n",
                    random.pick(&["/old", "/old/x", "/a", "/p/", "/shop"]),
                    random.pick(&["/new", "https://z.example/n", "/b.html", "https://z.example/"])
                );
            }
            8 => {
                let (from, to) = random.pick(&[
                    ("^/p/(\\d+)$", "/new/$1"),
                    ("^/old/(.*)$", "https://z.example/$1"),
                    ("(.*)\\.html$", "$1"),
                    ("^/a/?$", "/b.html"),
                ]);
                text += &format!("RedirectMatch 301 {from} {to}\n");
            }
            9 | 10 => text += guard(random),
            _ => {
                text += random.pick(&[
                    "Redirect gone /shop\n",
                    "ErrorDocument 404 /404.html\n",
                "ErrorDocument 404 /404.html\nRewriteCond %{HTTP_HOST} ^www\\.x\\.example$ [NC]\nRewriteRule (.*) http://z.example/$1 [R=301,L]\n",
                "Redirect 301 /a /b.html\nRewriteRule ^p/(\\w+)/?$ /index.html?page=$1 [L,QSA]\n",
                    "Redirect 410 /p\n",
                    "ErrorDocument 404 \"not here\"\n",
                    "ErrorDocument 403 \"no\"\nRedirect 403 /old\n",
                    "ErrorDocument 410 gone\nRedirect gone /a\n",
                ]);
            }
        }
    }
    text
}

/// What keeps requests out; the client's address is 127.0.0.1.
fn guard(random: &mut Random) -> &'static str {
    random.pick(&[
        "<Files a.html>\nRequire all denied\n</Files>\n",
        "<Files *.html>\nDeny from all\n</Files>\n",
        "<FilesMatch \"^(a|x)\\.\">\nRequire all denied\n</FilesMatch>\n",
        "<FilesMatch \"^(?=a)\">\nRequire all denied\n</FilesMatch>\n",
        "<Files b.html>\nRequire ip 10.0.0.0/8\n</Files>\n",
        "<Files b.html>\nOrder deny,allow\nDeny from all\nAllow from 127.0\n</Files>\n",
        "<Files x.html>\nOrder allow,deny\nAllow from all\nDeny from 127.0.0.1\n</Files>\n",
        "<Files a.html>\n<RequireAll>\nRequire all granted\nRequire not ip 127.0.0.1\n</RequireAll>\n</Files>\n",
        "<Files b.html>\n<RequireAny>\nRequire ip 127.0.0.1\nRequire host z.example\n</RequireAny>\n</Files>\n",
        "<Files x.html>\nAuthType Basic\nAuthName x\nRequire valid-user\n</Files>\n",
        "<Limit POST>\nDeny from all\n</Limit>\n",
        "<LimitExcept POST>\nDeny from all\n</LimitExcept>\n",
        "Require ip 127.0.0.0/8\n",
        "Require all denied\n<Files a.html>\nRequire all granted\n</Files>\n",
        "<If \"%{HTTP_HOST} =~ /^x/\">\nRequire all denied\n</If>\n",
        "RewriteCond %{THE_REQUEST} html\nRewriteRule ^a - [F]\n",
        "RewriteCond %{THE_REQUEST} q=1 [OR]\nRewriteCond %{HTTP_HOST} =y.example\nRewriteRule ^old/ - [F]\n",
        "RewriteRule ^(?!a|b) - [F]\n",
        "RewriteRule ^(?=a|b) - [F]\n",
        "RewriteRule ^old/(?!x\\.h) - [F]\n",
        "RewriteRule (^|/)(?!x|b|old/$).+ - [G]\n",
        "RewriteRule (?i)^OLD/ - [F]\n",
        "RewriteRule ^(?:shop|p)/(.*)$ /new/$1 [L]\nRewriteRule ^NEW/ - [F,NC]\n",
        "RewriteRule ^A - [F,NC]\n",
        "RewriteRule ^P/(\\d+)$ /a.html [END,NC]\nRedirect 302 /p /c\n",
        "RewriteRule \"/x\\.|^(?:a|x)\\.(?!htm[a-k])|^i\" - [F]\n",
        "RewriteRule \"/x\\.|^a\\.(?!x)|^i\" - [F]\n",
        "RewriteRule !(?i)^O - [G]\n",
        "RewriteCond %{REQUEST_URI} !(?i)^/A\nRewriteRule html - [F]\n",
        "RewriteCond %{REQUEST_METHOD} ^TRAC[EK]\nRewriteRule .* - [L,R=405]\n",
        "RewriteCond %{REQUEST_METHOD} ^(G|S)E[TX]$\nRewriteRule ^old - [L,R=405]\n",
        "<Files ~ \"(?i)^A\\.\">\nRequire all denied\n</Files>\n",
        "Redirect 403 /in/\n",
        "Redirect 410 /i\n",
        "RewriteRule ^x/ - [F]\n",
        "RewriteRule ^x - [G]\n",
        "RedirectMatch 410 (?i)^/x\n",
        "RedirectMatch 403 ^/[aio].*html$\n",
        "RewriteRule (^|/)x\\.h - [F]\n",
        "RewriteRule (?:^|/)b\\. - [G]\n",
        "<FilesMatch \"^x\\.|b\\.html$|^(a.*|c)$\">\nRequire all denied\n</FilesMatch>\n",
        "SetEnvIf Host ^y\\. bad\nOrder allow,deny\nAllow from all\nDeny from env=bad\n",
        "SetEnvIfNoCase Host ^WWW in=1\nSetEnvIf X-Key sesame in\n<Files a.html>\nRequire env in\n</Files>\n",
        "SetEnvIf Request_URI html bad\nOrder allow,deny\nAllow from all\nDeny from env=bad\n",
        "<Files x.html>\nSetEnvIf Host ^x bad\nOrder allow,deny\nAllow from all\nDeny from env=bad\n</Files>\n",
        "RewriteCond %{REQUEST_FILENAME} -l [OR]\nRewriteCond %{HTTP_HOST} ^y\nRewriteRule ^old/ - [F]\n",
        "RewriteRule ^B\\.html$ - [F,NC,CO=a:b:c]\n",
        "RewriteRule ^old/(.*)$ p/$1 [C]\nRewriteRule ^p/x\\.html$ - [F]\n",
        "RewriteCond %{HTTP_HOST} =y.example\nRewriteRule ^a - [C]\nRewriteRule html$ - [F]\n",
        "RewriteRule ^a - [S=1]\nRewriteRule html$ - [F]\n",
        "RewriteRule ^old/x\\.html$ p/x\nRewriteRule ^p/ - [F]\n",
        "RewriteRule ^b\\.(.*)$ p/$1 [N]\nRewriteRule ^p/ - [G]\n",
    ])
}

/// Rules whose conditions say where they lead.
const WHOLE: [&str; 10] = [
    "RewriteCond %{REQUEST_FILENAME} !-d\nRewriteCond %{REQUEST_URI} (.+)/$\nRewriteRule ^ %1 [L,R=301]\n",
    "RewriteCond %{REQUEST_URI} ^/shop/(\\d+)/(\\d+)$\nRewriteRule ^ /s/%2/%1 [R,L]\n",
    "RewriteCond %{REQUEST_URI} ^/p/(.*)$\nRewriteCond %{HTTP_HOST} ^(www)\\.\nRewriteRule ^ https://z.example/%1 [R,L]\n",
    "RewriteCond %{HTTP_HOST} ^(www)\\.\nRewriteCond %{REQUEST_URI} ^/p/(.*)$\nRewriteRule ^ https://z.example/%1 [R,L]\n",
    "RewriteCond %{QUERY_STRING} (^|&)id=([0-9]+)(&|$)\nRewriteRule ^old https://z.example/n%2? [R=301,L]\n",
    "RewriteCond %{QUERY_STRING} (?:^|&)q=(1|2)(?:&|$)\nRewriteRule ^p/ /s/%1 [R,L,QSD]\n",
    "RewriteCond %{REQUEST_FILENAME} -s [OR]\nRewriteCond %{REQUEST_FILENAME} -l\nRewriteRule ^ - [L]\n",
    "RewriteCond %{REQUEST_FILENAME} !-f\nRewriteCond %{REQUEST_FILENAME} !-l\nRewriteRule ^old/ /b.html [L]\n",
    "RewriteMap lc int:tolower\nRewriteRule [A-Z] ${lc:%{REQUEST_URI}} [R=301,L]\n",
    "RewriteMap lc int:tolower\nRewriteRule ^(O.*)$ /new/${lc:$1} [R=302,L]\n",
];

fn rewrite(random: &mut Random, text: &mut String) {
    if random.maybe(20) {
        *text += random.pick(&WHOLE);
        return;
    }
    if random.maybe(30) {
        *text += random.pick(&[
            "RewriteCond %{HTTP_HOST} ^www\\.x\\.example$ [NC]\n",
            "RewriteCond %{HTTP_HOST} !^x\\.example$\n",
            "RewriteCond %{HTTP_HOST} ^y\\. [OR]\nRewriteCond %{HTTP_HOST} ^www\\.\n",
            "RewriteCond %{QUERY_STRING} (^|&)id=3(&|$)\n",
            "RewriteCond %{REQUEST_URI} !^/old/\n",
            "RewriteCond %{REQUEST_FILENAME} !-f\nRewriteCond %{REQUEST_FILENAME} !-d\n",
            "RewriteCond %{HTTPS} off\n",
            "RewriteCond %{REQUEST_METHOD} ^(GET|HEAD)$\n",
        ]);
    }
    let (from, to): (&str, &[&str]) = random.pick(&[
        ("^old$", &["/new/", "/a.html", "https://z.example/o"] as &[&str]),
        ("^old/?$", &["/new/", "/b.html"]),
        ("^old/(.*)$", &["/new/$1", "https://z.example/$1", "/b.html?x=$1", "/b.html"]),
        ("^p/([0-9]+)$", &["/a.html?p=$1", "/new/$1", "https://z.example/?p=$1"]),
        ("^(.+)/$", &["/$1", "https://z.example/$1"]),
        ("^shop/([^/]+)/([^/]+)$", &["/$2/$1", "/b.html?s=$1&t=$2"]),
        ("^a$", &["a.html", "/b.html", "/b.html?"]),
        ("^(.*)$", &["https://z.example/$1", "https://www.%{HTTP_HOST}/$1"]),
        ("\\.html$", &["-", "/new/"]),
        ("x", &["/b.html"]),
        ("^", &["https://z.example%{REQUEST_URI}"]),
    ]);
    let flags = random.pick(&[
        "R=301,L",
        "R,L",
        "R=302,L,NC",
        "L",
        "L",
        "L,QSA",
        "R=301,L,QSA",
        "R=308,L,NE",
        "R=301,L,QSD",
        "END",
        "PT",
        "F",
        "G",
    ]);
    let to = random.pick(to);
    let to = if flags == "F" || flags == "G" { "-" } else { to };
    *text += &format!("RewriteRule {from} {to} [{flags}]\n");
}
