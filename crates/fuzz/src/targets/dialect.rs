//! The vendors' rule files.

use selvedge::dialect::{Dialect, Form, Hosting, Options, parse};
use selvedge::sources::RuleFile;
use selvedge::{Platform, check_migration};

use super::rules::use_on;
use crate::Target;
use crate::meter::Allowance;

const ALLOWANCE: Allowance = Allowance { once: 64 << 20, per_byte: 1 << 20 };

pub(super) const REDIRECTS: Target = Target {
    name: "redirects",
    about: "any text as each vendor's _redirects: read, compiled, asked; moved to the others",
    max_len: 2048,
    seeds: redirects,
    prepare: || {},
    run: |bytes| Dialect::ALL.into_iter().for_each(|dialect| run(bytes, Form::Redirects(dialect))),
    allowance: ALLOWANCE,
};

pub(super) const HEADERS: Target = Target {
    name: "headers",
    about: "any text as each vendor's _headers: read, compiled, asked; moved to the others",
    max_len: 2048,
    seeds: headers,
    prepare: || {},
    run: |bytes| Dialect::ALL.into_iter().for_each(|dialect| run(bytes, Form::Headers(dialect))),
    allowance: ALLOWANCE,
};

pub(super) const NETLIFY_TOML: Target = Target {
    name: "netlify-toml",
    about: "any text as netlify.toml",
    max_len: 2048,
    seeds: toml,
    prepare: || {},
    run: |bytes| run(bytes, Form::NetlifyToml),
    allowance: ALLOWANCE,
};

pub(super) const VERCEL_JSON: Target = Target {
    name: "vercel-json",
    about: "any text as vercel.json",
    max_len: 2048,
    seeds: vercel,
    prepare: || {},
    run: |bytes| run(bytes, Form::VercelJson),
    allowance: ALLOWANCE,
};

pub(super) const TABLE: Target = Target {
    name: "table",
    about: "any text as a table of redirects",
    max_len: 2048,
    seeds: tables,
    prepare: || {},
    run: |bytes| run(bytes, Form::Table),
    allowance: ALLOWANCE,
};

pub(super) const APACHE: Target = Target {
    name: "apache",
    about: "any text as Apache's .htaccess",
    max_len: 2048,
    seeds: apache,
    prepare: || {},
    run: |bytes| run(bytes, Form::Apache),
    allowance: ALLOWANCE,
};

pub(super) const NGINX: Target = Target {
    name: "nginx",
    about: "any text as a configuration of nginx",
    max_len: 2048,
    seeds: nginx,
    prepare: || {},
    run: |bytes| run(bytes, Form::Nginx),
    allowance: ALLOWANCE,
};

pub(super) const HOSTING: Target = Target {
    name: "hosting",
    about: "any text as the configuration of each host",
    max_len: 2048,
    seeds: hosting,
    prepare: || {},
    run: |bytes| Hosting::ALL.into_iter().for_each(|host| run(bytes, Form::Hosting(host))),
    allowance: ALLOWANCE,
};

fn run(bytes: &[u8], form: Form) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let parsed = parse(text, form, &Options::new());
    for span in parsed.findings.iter().filter_map(|finding| finding.span) {
        assert!(
            (1..=text.lines().count().max(1) + 1).contains(&(span.line as usize)),
            "a finding in line {}",
            span.line
        );
    }
    if !parsed.findings.iter().any(|finding| matches!(finding.code, "invalid-json" | "invalid-toml" | "invalid-xml")) {
        use_on(parsed, &[Platform::Fetch, Platform::Cloudfront]);
    }
    if let Form::Redirects(from) | Form::Headers(from) = form {
        for to in Dialect::ALL.into_iter().filter(|to| *to != from) {
            check_migration(&[RuleFile { name: "file", text, form }], from, to, &Options::new());
        }
    }
}

pub(super) fn redirects() -> Vec<Vec<u8>> {
    let files = [
        "# moved\n/old/* /new/:splat 301\n/a /b 302!\n/app/* /index.html 200\n/* /404.html 404\n",
        "/store id=:id /blog/:id 301\n/x /y Country=de,at Language=de\n/admin/* 200! Role=admin\n",
        "https://a.example/* https://b.example/:splat 301!\n/:year/:month/:slug /articles/:slug\n/caf\u{e9} /th\u{e9}#top 303\n",
        "/api/* https://api.example.com/v2/:splat 200\n/b/ / 308 Cookie=beta\n/ /c Host=d.example # why\n",
    ];
    files.map(|text| text.into()).to_vec()
}

pub(super) fn headers() -> Vec<Vec<u8>> {
    let files = [
        "/*\n  X-Frame-Options: DENY\n  X-Frame-Options: SAMEORIGIN\n  Referrer-Policy: no-referrer\n",
        "https://:project.pages.dev/*\n  X-Robots-Tag: noindex\n# c\n/static/*\n  ! Access-Control-Allow-Origin\n  Cache-Control: max-age=1\n",
        "/movies/:title\n  x-movie-name: You are watching \":title\"\n/a/*/b\n  Link: </style.css>; rel=preload\n",
    ];
    files.map(|text| text.into()).to_vec()
}

pub(super) fn toml() -> Vec<Vec<u8>> {
    let files = [
        "[build]\n  publish = \"dist\"\n[[redirects]]\n  from = \"/old/*\"\n  to = \"/new/:splat\"\n  status = 301\n  force = true\n  query = {id = \":id\"}\n",
        "[[headers]]\n  for = \"/*\"\n  [headers.values]\n    X-A = '''\n    a\n    b'''\n    \"X-B\" = \"c\" # d\n",
        "[[redirects]]\nfrom = '/x'\nto = '/y'\nconditions = {Language = [\"de\"], Country = [\"AT\"]}\n[redirects.headers]\nX-From = \"z\"\n",
    ];
    files.map(|text| text.into()).to_vec()
}

pub(super) fn vercel() -> Vec<Vec<u8>> {
    let files = [
        r#"{"redirects":[{"source":"/old/:path*","destination":"/new/:path*","permanent":true,"has":[{"type":"host","value":"a.example"}]}]}"#,
        r#"{"rewrites":[{"source":"/post/:id(\\d{1,})","destination":"/p?id=:id"}],"cleanUrls":true,"trailingSlash":false}"#,
        r#"{"headers":[{"source":"/(.*).js","headers":[{"key":"X-A","value":"$1"}],"missing":[{"type":"cookie","key":"a"}]}]}"#,
    ];
    files.map(|text| text.into()).to_vec()
}

fn tables() -> Vec<Vec<u8>> {
    let files = [
        "from;to;status\n/a;\"/b\n\";302\nhttps://a.example/x?id=3&y;/c;\n/d/*;/e/$1;308\n/gone;;410\n",
        "source,target,regex,code,status\n^/p/(\\d+)[^,]$,/n/$1,1,301,active\n/A,/b,0,301,active\n/a,/c,0,301,active\n",
        "a.example/x/,https://b.example/y/,301,TRUE,TRUE,TRUE,TRUE\n",
        "{\"source\":\"/a\",\"destination\":\"/b\",\"permanent\":true}\n{\"source\":\"/b\",\"destination\":\"/a\"}\n",
    ];
    files.map(|text| text.into()).to_vec()
}

fn apache() -> Vec<Vec<u8>> {
    let files = [
        "RewriteEngine On\nRewriteBase /x\nRewriteCond %{HTTP_HOST} ^(www)\\.a\\.example$ [NC,OR]\nRewriteCond %{QUERY_STRING} ^id=3$\nRewriteRule ^old/([^/]+)/(.*)$ new/$2?a=$1 [R=301,L,QSA]\n",
        "RewriteEngine on\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule ^(.*)$ index.php?q=$1 [END]\nRewriteRule \"\\.bak$\" - [F]\nRedirectMatch 301 (.*)\\.asp$ https://b.example$1\n",
        "<VirtualHost *:80>\nServerName a.example\nRedirect gone /x\nRedirect /a/ https://%{HTTP_HOST}/b\n</VirtualHost>\nErrorDocument 404 /404.html\n",
        "<FilesMatch \"\\.(css|js)$\">\nHeader set X-A \"b c\"\n</FilesMatch>\nExpiresByType image/* A60\nDirectoryIndex i.html\nAddType text/x .y \\\n .z\n",
    ];
    files.map(|text| text.into()).to_vec()
}

fn nginx() -> Vec<Vec<u8>> {
    let files = [
        "http { server { listen 80 default_server; server_name .a.example; return 301 https://$host$request_uri; }\nserver { listen 443 ssl; server_name b.example; } }\n",
        "server { location = /a { return 302 /b$is_args$args; } location ^~ /p/ { proxy_pass http://c.example:81/q/; } location ~* \\.(png|jpg)$ { return 410; } location / { try_files $uri $uri/ /i.html?$args; } error_page 404 /404.html; }\n",
        "if ($host != \"a.example\") { rewrite ^/x/(\\d+)(.*)$ /y/$1?z=${2} permanent; } # c\nrewrite '^/a{2}' http://d.example/?;\nif ($http_user_agent ~* bot) { return 403; }\n",
    ];
    files.map(|text| text.into()).to_vec()
}

fn hosting() -> Vec<Vec<u8>> {
    let files = [
        r#"[{"Condition":{"KeyPrefixEquals":"a/","HttpErrorCodeReturnedEquals":"404"},"Redirect":{"HostName":"b.example","Protocol":"http","ReplaceKeyPrefixWith":"c#","HttpRedirectCode":"302"}}]"#,
        "<WebsiteConfiguration><IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules><RoutingRule><Redirect><ReplaceKeyWith>b&amp;</ReplaceKeyWith></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>",
        r#"[{"source":"/a/<b>/<*>?c=<d>&e=f","target":"https://g.example/<*>?x=<b><d>","status":"404-200","condition":"<US>"},{"source":"</^(a|b)*\.x$/>","target":"/$1","status":"301"}]"#,
        r#"{"routes":[{"route":"/a/*.{b,html}","methods":["GET"],"allowedRoles":["c"]},{"route":"/d","redirect":"/e","statusCode":301,"headers":{"X-A":""}}],"navigationFallback":{"rewrite":"i","exclude":["/f*"]},"responseOverrides":{"404":{"rewrite":"/g"}},"networking":{"allowedIpRanges":["10.0.0.0/8"]}}"#,
        "<configuration><system.webServer><rewrite><rules><rule stopProcessing=\"true\"><match url=\"^a/(.*)\" negate=\"false\"/><conditions logicalGrouping=\"MatchAny\"><add input=\"{HTTP_HOST}\" pattern=\"^(b)$\"/></conditions><action type=\"Redirect\" url=\"/{ToLower:{R:1}}\"/></rule></rules></rewrite><security><requestFiltering><hiddenSegments><add segment=\"c\"/></hiddenSegments></requestFiltering></security></system.webServer><location path=\"d\"><system.web><authorization/></system.web></location></configuration>",
        r#"{"hosting":{"cleanUrls":true,"trailingSlash":false,"redirects":[{"source":"/a/:b*","destination":"/c/:b","type":301},{"regex":"^/(?P<x>d)$","destination":"/:x/:1"}],"rewrites":[{"source":"**/@(a|b{c,d})+([e-f])?.g","destination":"/h"}],"headers":[{"source":"!/i/**","headers":[{"key":"X-A","value":"{b}"}]}]}}"#,
    ];
    files.map(|text| text.into()).to_vec()
}
