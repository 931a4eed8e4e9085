//! The host that a request is for.

use http::header::HOST;
use http::{Version, request};

/// Host and port as the request has them; `None` where it names no host. An error says why nobody can tell.
///
/// Where the target names the host, as in absolute-form, a `Host` field is ignored (RFC 9112 §3.2.2). In HTTP/2 and later
/// the target is `:authority`, and a field that says otherwise makes the request malformed (RFC 9113 §8.3.1).
pub(crate) fn host(request: &request::Parts) -> Result<Option<&str>, &'static str> {
    let mut lines = request.headers.get_all(HOST).iter();
    let field = match (lines.next(), lines.next()) {
        (_, Some(_)) => return Err("there is more than one Host field"),
        (Some(line), None) if line.is_empty() => None,
        (Some(line), None) => {
            Some(line.to_str().ok().filter(|host| is_host(host)).ok_or("the Host field is not a host")?)
        }
        (None, None) => None,
    };
    let Some(authority) = request.uri.authority() else { return Ok(field) };
    let named = Some(authority.as_str()).filter(|host| is_host(host)).ok_or("the target's authority is not a host")?;
    let scheme = request.uri.scheme_str();
    if request.version >= Version::HTTP_2 && field.is_some_and(|field| !same(field, named, scheme)) {
        return Err("Host and :authority name different hosts");
    }
    Ok(Some(named))
}

/// RFC 3986 §6.2.2.1 and §6.2.3: case does not count, nor does a port that the scheme has by itself.
fn same(one: &str, other: &str, scheme: Option<&str>) -> bool {
    let port = if scheme == Some("http") { ":80" } else { ":443" };
    without_port(one, port).eq_ignore_ascii_case(without_port(other, port))
}

fn without_port<'h>(host: &'h str, port: &str) -> &'h str {
    host.strip_suffix(port).or(host.strip_suffix(':')).unwrap_or(host)
}

fn is_host(text: &str) -> bool {
    selvedge_plan::host::name(text.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn of(version: Version, uri: &str, fields: &[&str]) -> Result<Option<String>, &'static str> {
        let mut request = Request::builder().version(version).uri(uri);
        for field in fields {
            request = request.header(HOST, *field);
        }
        host(&request.body(()).unwrap().into_parts().0).map(|host| host.map(str::to_owned))
    }

    #[test]
    fn the_target_says_it_before_the_field() {
        let host = |version, uri, fields: &[&str]| of(version, uri, fields).unwrap();
        assert_eq!(host(Version::HTTP_11, "/", &["a.example:80"]).as_deref(), Some("a.example:80"));
        assert_eq!(host(Version::HTTP_11, "http://a.example/", &["b.example"]).as_deref(), Some("a.example"));
        assert_eq!(host(Version::HTTP_2, "https://a.example/", &["A.example:443"]).as_deref(), Some("a.example"));
        assert_eq!(host(Version::HTTP_11, "/", &[""]), None);
        assert_eq!(host(Version::HTTP_10, "/", &[]), None);
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_an_error() {
        for (version, uri, fields) in [
            (Version::HTTP_11, "/", &["a.example", "a.example"][..]),
            (Version::HTTP_11, "/", &["a.example@b.example"]),
            (Version::HTTP_11, "http://a.example@b.example/", &["b.example"]),
            (Version::HTTP_2, "https://a.example/", &["b.example"]),
            (Version::HTTP_2, "https://a.example/", &["a.example:80"]),
            (Version::HTTP_3, "http://a.example/", &["a.example:443"]),
        ] {
            assert!(of(version, uri, fields).is_err(), "{uri} {fields:?}");
        }
    }
}
