//! Choices of the origin.

use super::When;
use super::object::{Object, builders, entry, shared, whole};
use crate::rules::Value;

builders! {
    /// Chooses the origin. The first that matches wins.
    ///
    /// ```
    /// use selvedge::build::{CustomOrigin, OriginRule};
    ///
    /// let rule = OriginRule::custom("/api/*", CustomOrigin::new("api.example.com").port(8443)).weight(10.0);
    /// ```
    OriginRule [paths when] {
        /// Percent of the requests, decided for each cache miss.
        weight(percent: f64) "weight": whole(percent);
    }

    /// A bucket: the given fields replace those of a configured one.
    S3Origin {
        /// In lower case, at most 128 characters.
        domain_name(name: &str) "domainName": whole(name);
        /// Begins with `/` and does not end with it.
        path(path: &str) "path": whole(path);
        /// `"none"` or `"origin-access-identity"`.
        auth_method(method: &str) "authMethod": whole(method);
        /// Required with `"origin-access-identity"`.
        region(region: &str) "region": whole(region);
        /// A header for the origin.
        custom_header(name: impl Into<String>, value: impl Into<Value>) "customHeaders": entry(name, value);
    }

    /// An HTTP server: the given fields replace those of a configured one.
    CustomOrigin {
        /// A DNS name without port.
        domain_name(name: &str) "domainName": whole(name);
        /// Begins with `/` and does not end with it.
        path(path: &str) "path": whole(path);
        /// 80, 443 or 1024 to 65535.
        port(port: u16) "port": whole(port);
        /// `"http"` or `"https"`.
        protocol(protocol: &str) "protocol": whole(protocol);
        /// Seconds, 1 to 120.
        read_timeout(seconds: u32) "readTimeout": whole(seconds);
        /// Seconds, 1 to 120.
        keepalive_timeout(seconds: u32) "keepaliveTimeout": whole(seconds);
        /// Versions of TLS that may be used with the server.
        ssl_protocols(versions: impl Into<Value>) "sslProtocols": whole(versions);
        /// A header for the origin.
        custom_header(name: impl Into<String>, value: impl Into<Value>) "customHeaders": entry(name, value);
    }
}

impl OriginRule {
    /// For these paths, this server.
    pub fn custom(paths: impl Into<Value>, origin: CustomOrigin) -> OriginRule {
        OriginRule::to(paths, "custom", origin.into())
    }

    /// For these paths, this bucket.
    pub fn s3(paths: impl Into<Value>, origin: S3Origin) -> OriginRule {
        OriginRule::to(paths, "s3", origin.into())
    }

    /// Keeps the configured origin for these paths: the rules after this one are not tried.
    pub fn pass(paths: impl Into<Value>) -> OriginRule {
        OriginRule(Object::default().put("for", whole(paths)).put("pass", whole(true)))
    }

    fn to(paths: impl Into<Value>, kind: &str, origin: Value) -> OriginRule {
        OriginRule(Object::default().put("for", whole(paths)).put("to", entry(kind, origin)))
    }
}

impl S3Origin {
    /// The bucket of this name.
    pub fn new(domain_name: &str) -> S3Origin {
        S3Origin(Object::default()).domain_name(domain_name)
    }
}

impl CustomOrigin {
    /// The server of this name.
    pub fn new(domain_name: &str) -> CustomOrigin {
        CustomOrigin(Object::default()).domain_name(domain_name)
    }
}
