//! From the documentation, <https://learn.microsoft.com/iis/extensions/url-rewrite-module/>.

use super::*;

mod condition;
mod order;

fn iis(inside: &str) -> (String, Vec<String>) {
    read(&format!("<configuration>\n<system.webServer>\n{inside}\n</system.webServer></configuration>"), Hosting::Iis)
}

fn rule(inside: &str) -> (String, Vec<String>) {
    iis(&format!("<rewrite><rules><rule name=\"a\" stopProcessing=\"true\">{inside}</rule></rules></rewrite>"))
}

/// "Creating rewrite rules for the URL rewrite module", and "10 URL rewriting tips and tricks".
#[test]
fn rewrites_and_redirects() {
    for (inside, rules) in [
        (
            r#"<match url="^article/([0-9]+)/([_0-9a-z-]+)" /><action type="Rewrite" url="article.aspx?id={R:1}&amp;title={R:2}" />"#,
            r#"{"rewrites":[{"from":{"regex":"(?i)^/article/([0-9]+)/([\\-0-9_a-z]+)"},"to":"/article.aspx?id={1}&title={2}","query":"merge"}]}"#,
        ),
        (
            r#"<match url="(.*)" ignoreCase="false" /><conditions><add input="{HTTP_HOST}" pattern="^www\.mysite\.com$" negate="true" /></conditions><action type="Redirect" url="http://www.mysite.com/{R:1}" redirectType="Permanent" />"#,
            r#"{"redirects":[{"from":"/*","when":{"not":{"host":{"regex":"(?i)^www\\.mysite\\.com$"}}},"to":"http://www.mysite.com/{splat}","status":301}]}"#,
        ),
        (
            r#"<match url="(.*)" /><conditions><add input="{HTTPS}" pattern="off" /></conditions><action type="Redirect" url="https://{HTTP_HOST}{REQUEST_URI}" appendQueryString="false" redirectType="SeeOther" />"#,
            r#"{"redirects":[{"from":"/*","ignoreCase":true,"when":{"scheme":"http"},"to":"https://{host}/{splat}","status":303}]}"#,
        ),
        (
            r#"<match url="[A-Z]" ignoreCase="false" /><action type="Redirect" url="{ToLower:{URL}}" />"#,
            r#"{"redirects":[{"from":{"regex":"^/.*?[A-Z]"},"to":"/{path|lower}","status":301}]}"#,
        ),
        (
            r#"<match url="^(.*)$" /><conditions><add input="{REQUEST_FILENAME}" matchType="IsFile" negate="true" /><add input="{REQUEST_FILENAME}" matchType="IsDirectory" negate="true" /></conditions><action type="Rewrite" url="/index.html" />"#,
            r#"{"rewrites":[{"from":"/*","ignoreCase":true,"to":"/index.html","fallback":true}]}"#,
        ),
        (
            r#"<match url="^old$" /><conditions><add input="{HTTP_HOST}" pattern="^([a-z]+)\.b\.example$" /></conditions><action type="Redirect" url="https://b.example/{C:1}" redirectType="Temporary" appendQueryString="false" />"#,
            r#"{"redirects":[{"from":"/old","ignoreCase":true,"when":{"host":{"regex":"(?i)^(?<c1>[a-z]+)\\.b\\.example$"}},"to":"https://b.example/{c1}","query":"drop","status":307}]}"#,
        ),
    ] {
        let (got, said) = rule(inside);
        assert_eq!(said, [""; 0], "{inside}");
        assert_eq!(got, rules, "{inside}");
    }
}

/// A server variable that is not there is empty for a pattern.
#[test]
fn a_header_that_is_not_there_is_empty() {
    for (pattern, when) in [
        ("^$", r#""when":{"any":[{"header":{"X-KEY":{"regex":"(?i)^$"}}},{"header":{"X-KEY":false}}]}"#),
        ("^k", r#""when":{"header":{"X-KEY":{"regex":"(?i)^k"}}}"#),
    ] {
        let (rules, said) = rule(&format!(
            r#"<match url="^a$" /><conditions><add input="{{HTTP_X_KEY}}" pattern="{pattern}" /></conditions><action type="CustomResponse" statusCode="403" />"#
        ));
        assert_eq!(said, [""; 0], "{pattern}");
        assert!(rules.contains(when), "{rules}");
    }
}

#[test]
fn other_sections() {
    let (rules, said) = iis(
        r#"<httpProtocol><customHeaders><remove name="X-Powered-By" /><add name="X-A" value="{b}" /></customHeaders></httpProtocol>
<staticContent><mimeMap fileExtension=".woff2" mimeType="font/woff2" /><clientCache cacheControlMode="UseMaxAge" cacheControlMaxAge="7.00:00:00" /></staticContent>
<defaultDocument><files><clear /><add value="home.html" /></files></defaultDocument>
<httpErrors errorMode="Custom"><remove statusCode="404" /><error statusCode="404" path="/404.html" responseMode="ExecuteURL" /></httpErrors>
<security><requestFiltering><hiddenSegments><add segment="bin" /></hiddenSegments><fileExtensions><add fileExtension=".bak" allowed="false" /></fileExtensions></requestFiltering></security>"#,
    );
    assert_eq!(said, [""; 0]);
    for part in [
        r#""html":{"index":"home.html"}"#,
        r#"{"remove":["X-Powered-By"]},{"set":{"X-A":"{{b}}"}}"#,
        r#"{"for":"*.woff2","set":{"Content-Type":"font/woff2"}},{"default":{"Cache-Control":"max-age=604800"}}"#,
        r#"{"from":"/*","to":"/404.html","status":404,"fallback":true}"#,
        r#"{"for":{"regex":"(?i)/bin(?:/|$)"},"status":404},{"for":{"regex":"(?i)\\.bak(?:/|$)"},"status":404}"#,
    ] {
        assert!(rules.contains(part), "{part}\n{rules}");
    }
    let (rules, _) =
        iis(r#"<httpRedirect enabled="true" destination="https://b.example/x" httpResponseStatus="Permanent" />"#);
    assert_eq!(rules, r#"{"redirects":[{"from":"/*","to":"https://b.example/x/{splat}","status":301}]}"#);
}

/// Whatever restricts access closes.
#[test]
fn a_guard_is_never_lost() {
    let all = r#"{"for":"/*","ignoreCase":true,"ignoreTrailingSlash":true,"status":403}"#;
    for (text, closed) in [
        (
            "<security><authorization><remove users=\"*\" /><add accessType=\"Allow\" roles=\"x\" /></authorization></security>",
            all,
        ),
        ("<security><ipSecurity allowUnlisted=\"false\"><add ipAddress=\"10.0.0.1\" /></ipSecurity></security>", all),
        ("<security><authentication><anonymousAuthentication enabled=\"false\" /></authentication></security>", all),
        ("<security><access sslFlags=\"SslRequireCert\" /></security>", all),
        (
            "</system.webServer><system.web><authorization><deny users=\"?\" /></authorization></system.web><system.webServer>",
            all,
        ),
        (
            "</system.webServer><location path=\"admin\"><system.web><authorization><deny users=\"?\" /></authorization></system.web></location><system.webServer>",
            r#"{"for":["/admin/*","/admin"],"ignoreCase":true,"ignoreTrailingSlash":true,"status":403}"#,
        ),
        (
            "<rewrite><rules><rule name=\"a\"><match url=\"^x/\" /><conditions><add input=\"{REMOTE_ADDR}\" pattern=\"^10\" /></conditions><action type=\"AbortRequest\" /></rule></rules></rewrite>",
            r#"{"for":"/x/*""#,
        ),
    ] {
        let (rules, said) = iis(text);
        assert!(rules.contains(closed), "{text}\n{rules}");
        assert_eq!(said.len(), 1, "{text}: {said:?}");
    }
    let (rules, said) =
        iis("<security><authorization><add accessType=\"Allow\" users=\"*\" /></authorization></security>");
    assert_eq!((rules.as_str(), said.len()), ("{}", 0));
    let (rules, said) = rule(r#"<match url="^secret/" /><action type="CustomResponse" statusCode="403" />"#);
    assert_eq!(
        (rules.as_str(), said.len()),
        (r#"{"responses":[{"for":"/secret/*","ignoreCase":true,"status":403}]}"#, 0)
    );
}

/// "Request Filtering <requestFiltering>": what is not allowed is not found, and neither is what no list names.
#[test]
fn request_filtering_is_never_lost() {
    for (list, closed) in [
        (
            "<hiddenSegments><add segment=\"a b\" /></hiddenSegments>",
            r#"{"for":{"regex":"(?i)/a%20b(?:/|$)"},"status":404}"#,
        ),
        ("<denyUrlSequences><add sequence=\"\\x\" /></denyUrlSequences>", r#"{"for":{"regex":"(?i)/x"},"status":404}"#),
        (
            "<fileExtensions allowUnlisted=\"false\"><add fileExtension=\".html\" allowed=\"true\" /><add fileExtension=\".\" allowed=\"true\" /></fileExtensions>",
            r#"{"for":"/*","except":[{"regex":"(?i)\\.html$"},{"regex":"/[^./]*$"}],"status":404}"#,
        ),
        ("<fileExtensions allowUnlisted=\"false\" />", r#"{"for":"/*","status":404}"#),
        (
            "<verbs allowUnlisted=\"false\"><add verb=\"GET\" allowed=\"true\" /></verbs>",
            r#"{"for":"/*","when":{"not":{"method":["GET"]}},"status":404}"#,
        ),
        (
            "<verbs><add verb=\"TRACE\" allowed=\"false\" /></verbs>",
            r#"{"for":"/*","when":{"method":["TRACE"]},"status":404}"#,
        ),
    ] {
        let (rules, said) = iis(&format!("<security><requestFiltering>{list}</requestFiltering></security>"));
        assert_eq!((rules, said.len()), (format!(r#"{{"responses":[{closed}]}}"#), 0), "{list}");
    }
}

#[test]
fn a_rule_that_refuses_and_cannot_be_read_closes_its_folder() {
    let all = r#""/*""#;
    for (inside, paths) in [
        (r#"<match url="^x/y(?=z)" />"#, r#""/x/*""#),
        (r#"<match url="x/(?=z)" />"#, all),
        (r#"<match url="^x/(?=z)" negate="true" />"#, all),
        (r#"<match url="^x/(?=z)|y" />"#, all),
        (
            r#"<match url="(.*)" /><conditions><add input="{REMOTE_ADDR}" pattern="^10\." negate="true" /></conditions>"#,
            all,
        ),
    ] {
        let (rules, said) = rule(&format!(r#"{inside}<action type="CustomResponse" statusCode="401" />"#));
        let closed = format!(r#"{{"for":{paths},"ignoreCase":true,"ignoreTrailingSlash":true,"status":403}}"#);
        assert!(rules.contains(&closed), "{inside}: {rules}");
        assert_eq!(said.len(), 1, "{inside}: {said:?}");
    }
}

#[test]
fn what_is_left_out_is_said() {
    for (text, what) in [
        ("<match url=\"^a(?=b)\" /><action type=\"Redirect\" url=\"/b\" />", "look-around"),
        ("<match url=\"^a\" /><action type=\"Redirect\" url=\"/{R:1}\" />", "{R:1}"),
        ("<match url=\"^a\" /><action type=\"Redirect\" url=\"/{map:{R:0}}\" />", "a map"),
        (
            "<match url=\"^a\" /><conditions><add input=\"{QUERY_STRING}\" pattern=\"b\" /></conditions><action type=\"Redirect\" url=\"/b\" />",
            "as a whole",
        ),
        (
            "<match url=\"^a\" /><conditions><add input=\"{REQUEST_FILENAME}\" matchType=\"IsFile\" /></conditions><action type=\"Redirect\" url=\"/b\" />",
            "IsFile",
        ),
        ("<match url=\"^a\" />", "without an action"),
        ("<action type=\"None\" />", "without a match"),
        ("<match url=\"^a\" /><action type=\"Redirect\" url=\"../b\" />", "segment"),
    ] {
        let (rules, said) = rule(text);
        assert_eq!(rules, "{}", "{text}");
        assert!(said.iter().any(|said| said.starts_with('3') && said.contains(what)), "{text}: {said:?}");
    }
    let two = "<rewrite><rules><rule><match url=\"a\" /><action type=\"Rewrite\" url=\"/b\" /></rule><rule><match url=\"b\" /><action type=\"Redirect\" url=\"/c\" /></rule></rules><outboundRules /></rewrite>";
    let (_, said) = iis(two);
    assert!(
        said.iter().any(|said| said.contains("stopProcessing"))
            && said.iter().any(|said| said.contains("outboundRules")),
        "{said:?}"
    );
    assert!(read("<a/>", Hosting::Iis).1.iter().any(|said| said.contains("<configuration>")));
    assert!(read("<configuration><", Hosting::Iis).1.len() == 1);
    assert_eq!(
        share(
            "<configuration><system.webServer><aspNetCore /><httpErrors><error statusCode=\"404\" path=\"/a\" /></httpErrors></system.webServer></configuration>",
            Hosting::Iis
        ),
        "1 of 2 entries are taken over (50 %)"
    );
}

/// <https://learn.microsoft.com/dotnet/framework/configure-apps/file-schema/>: a section may be in another file.
#[test]
fn sections_of_another_file_close_what_they_may_keep_in() {
    let closed = r#"{"responses":[{"for":"/*","ignoreCase":true,"ignoreTrailingSlash":true,"status":403}]}"#;
    for (inside, expected) in [
        ("<rewrite><rules configSource=\"r.config\"/></rewrite>", closed),
        ("<security><requestFiltering configSource=\"r.config\"/></security>", closed),
        ("<security><authorization configSource=\"r.config\"/></security>", closed),
        ("<handlers configSource=\"r.config\"/>", closed),
        ("<staticContent configSource=\"r.config\"/>", "{}"),
    ] {
        let (rules, said) = iis(inside);
        assert!(rules.contains(expected.trim_end_matches("]}")) && !said.is_empty(), "{inside}: {rules} {said:?}");
    }
    let (rules, said) = read(
        "<configuration><system.web><authorization configSource=\"a.config\"/><pages configSource=\"p.config\"/></system.web></configuration>",
        Hosting::Iis,
    );
    assert!(rules.contains("403") && !said.is_empty(), "{rules} {said:?}");
    let (rules, said) = iis("<caching configSource=\"c.config\"/>");
    assert_eq!((rules.as_str(), said.len()), ("{}", 0));
}

/// <https://learn.microsoft.com/iis/configuration/system.webserver/staticcontent/mimemap>: "." is for names without a dot.
#[test]
fn names_without_a_dot_have_a_type() {
    let (rules, said) =
        iis("<staticContent><mimeMap fileExtension=\".\" mimeType=\"application/json\" /></staticContent>");
    assert_eq!(said, [""; 0]);
    assert_eq!(
        rules,
        concat!(
            r#"{"headers":[{"for":{"regex":"/[^./]+$"},"default":{"Content-Type":"application/json"}},"#,
            r#"{"for":{"regex":"/[^./]+$"},"when":{"contentType":["application/octet-stream","binary/octet-stream"]},"set":{"Content-Type":"application/json"}}]}"#
        )
    );
}

/// The handler of each project of ASP.NET MVC keeps its views in.
#[test]
fn handlers_that_refuse_are_answers() {
    for (item, expected) in [
        (
            "path=\"*\" verb=\"*\" type=\"System.Web.HttpNotFoundHandler\"",
            r#"{"responses":[{"for":"/*","status":404}]}"#,
        ),
        (
            "path=\"*.cshtml\" verb=\"GET,POST\" type=\"System.Web.HttpForbiddenHandler, System.Web\"",
            r#"{"responses":[{"for":{"regex":"(?i)/.*\\.cshtml(?:/|$)"},"when":{"method":["GET","POST"]},"status":403}]}"#,
        ),
        ("path=\"*.aspx\" verb=\"*\" type=\"System.Web.UI.PageHandlerFactory\"", "{}"),
    ] {
        let (rules, said) = iis(&format!("<handlers><remove name=\"a\"/><add name=\"b\" {item}/></handlers>"));
        assert_eq!((rules.as_str(), said.len()), (expected, 0), "{item}: {said:?}");
    }
}

/// What is refused by more than paths, and who is led elsewhere, is not read: it closes.
#[test]
fn filters_that_are_not_read_close() {
    for (inside, closes) in [
        (
            "<security><requestFiltering><filteringRules><filteringRule name=\"a\"/></filteringRules></requestFiltering></security>",
            true,
        ),
        (
            "<security><requestFiltering><denyQueryStringSequences><add sequence=\"x\"/></denyQueryStringSequences></requestFiltering></security>",
            true,
        ),
        (
            "<security><dynamicIpSecurity><denyByConcurrentRequests enabled=\"true\"/></dynamicIpSecurity></security>",
            true,
        ),
        (
            "<security><dynamicIpSecurity><denyByConcurrentRequests enabled=\"false\"/></dynamicIpSecurity></security>",
            false,
        ),
        (
            "<rewrite><globalRules><rule><action type=\"CustomResponse\" statusCode=\"403\"/></rule></globalRules></rewrite>",
            true,
        ),
        ("<rewrite><globalRules><rule><action type=\"Redirect\" url=\"/x\"/></rule></globalRules></rewrite>", false),
    ] {
        let (rules, said) = iis(inside);
        assert_eq!(
            rules.contains(r#"{"for":"/*","ignoreCase":true,"ignoreTrailingSlash":true,"status":403}"#),
            closes,
            "{inside}: {rules}"
        );
        assert!(!closes || !said.is_empty(), "{inside}");
    }
    for (input, closes) in [("{REMOTE_ADDR}", true), ("{HTTP_COOKIE}", true), ("{TIME}", false)] {
        let (rules, said) = rule(&format!(
            "<match url=\"^secret\"/><conditions><add input=\"{input}\" pattern=\"(?!x)y\"/></conditions><action type=\"Redirect\" url=\"/login\"/>"
        ));
        assert_eq!((rules.contains("403"), said.len()), (closes, 1), "{input}: {rules}");
    }
    // A part of the site with such a filter.
    let (rules, _) = read(
        "<configuration><location path=\"views\"><system.webServer><handlers><add path=\"*\" type=\"System.Web.HttpNotFoundHandler\"/></handlers></system.webServer></location></configuration>",
        Hosting::Iis,
    );
    assert!(rules.contains(r#""for":["/views/*","/views"]"#) && rules.contains("403"), "{rules}");
}

/// "Using rewrite maps in URL rewrite module": a static redirect for each row.
#[test]
fn maps_of_addresses_are_looked_up() {
    let of = |map: &str, input: &str, action: &str| {
        iis(&format!(
            "<rewrite><rewriteMaps>{map}</rewriteMaps><rules><rule name=\"a\"><match url=\".*\" /><conditions><add input=\"{input}\" pattern=\"(.+)\" /></conditions>{action}</rule></rules></rewrite>"
        ))
    };
    let map = r#"<rewriteMap name="Old"><add key="/a" value="/b.html" /><add key="/c d" value="https://e.example/?x=1" /></rewriteMap>"#;
    let (rules, said) = of(map, "{Old:{URL}}", r#"<action type="Redirect" url="{C:1}" appendQueryString="false" />"#);
    assert_eq!(said, [""; 0]);
    assert_eq!(
        rules,
        concat!(
            r#"{"redirects":[{"from":"/a","ignoreCase":true,"to":"/b.html","query":"drop","status":301},"#,
            r#"{"from":"/c%20d","ignoreCase":true,"to":"https://e.example/?x=1","query":"drop","status":301}]}"#
        )
    );
    // A pattern matches the path without its first slash.
    let bare = r#"<rewriteMap name="Old"><add key="a/b" value="/c" /></rewriteMap>"#;
    let (rules, said) = of(bare, "{Old:{R:0}}", r#"<action type="Redirect" url="{C:1}" />"#);
    assert_eq!(said, [""; 0]);
    assert_eq!(rules, r#"{"redirects":[{"from":"/a/b","ignoreCase":true,"to":"/c","status":301}]}"#);
    let (_, said) = of(map, "{Old:{REQUEST_URI}}", r#"<action type="Redirect" url="{C:1}" />"#);
    assert!(said.len() == 1 && said[0].contains("without the query"), "{said:?}");
    for (map, input) in [
        (r#"<rewriteMap name="Old" defaultValue="/x"><add key="/a" value="/b" /></rewriteMap>"#, "{Old:{URL}}"),
        (r#"<rewriteMap name="Old"><add key="/a?b=1" value="/b" /></rewriteMap>"#, "{Old:{REQUEST_URI}}"),
        (map, "{Other:{URL}}"),
        (map, "{Old:{R:0}}"),
        (bare, "{Old:{URL}}"),
        // The pattern here has no group.
        (bare, "{Old:{R:1}}"),
    ] {
        let (rules, said) = of(map, input, r#"<action type="Redirect" url="{C:1}" />"#);
        assert_eq!((rules.as_str(), said.len()), ("{}", 1), "{map} {input}: {said:?}");
    }
}

/// A rewrite by who asks leads those elsewhere who may not come in, whatever it is left out for.
#[test]
fn a_rewrite_by_who_asks_is_a_guard() {
    for action in [r#"type="Rewrite" url="/closed.html""#, r#"type="Redirect" url="/login?u={LOGON_USER}""#] {
        let (rules, said) = rule(&format!(
            r#"<match url="^admin/" /><conditions><add input="{{REMOTE_ADDR}}" pattern="^10\." negate="true" /></conditions><action {action} />"#
        ));
        assert!(rules.contains(r#""status":403"#) && said.len() == 1, "{action}: {rules} {said:?}");
    }
}
