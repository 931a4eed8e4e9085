//! Directives that are known by their names: what changes nothing that a viewer of a static site sees.

use super::lex::Directive;

/// Nothing of it is for rules: how the server works, what it writes down, how it compresses, and what PHP is told.
pub(super) fn is_harmless(directive: &Directive) -> bool {
    let words: Vec<String> = directive.words.iter().map(|word| word.text.to_ascii_lowercase()).collect();
    match (directive.name.as_str(), words.as_slice()) {
        // A file of PHP that comes before all others may ask for a password.
        ("php_value" | "php_admin_value", [name, ..]) => !matches!(name.as_str(), "auto_prepend_file"),
        ("php_flag" | "php_admin_flag", _) => true,
        // The platform compresses by itself; other filters change what is sent.
        ("setoutputfilter" | "addoutputfilterbytype" | "addoutputfilter", [filters, ..]) => {
            filters.split(';').all(|filter| matches!(filter, "deflate" | "brotli_compress"))
        }
        ("directoryslash" | "checkspelling" | "adddefaultcharset", [value]) => value == "off",
        (name, _) => HARMLESS.contains(&name) || ["deflate", "brotli"].iter().any(|begin| name.starts_with(begin)),
    }
}

/// A file of Apache's own packages that keeps nothing of a site in: modules, ports, ciphers.
pub(super) fn is_harmless_file(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let (name, folder) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    matches!(
        name,
        "ports.conf" | "options-ssl-apache.conf" | "httpd-mpm.conf" | "httpd-default.conf" | "httpd-languages.conf"
    ) || matches!(folder, "mods-enabled" | "conf.modules.d")
}

const HARMLESS: [&str; 38] = [
    "allowoverride",
    "customlog",
    "documentroot",
    "enablemmap",
    "enablesendfile",
    "errorlog",
    "errorlogformat",
    "fileetag",
    "indexignore",
    "indexoptions",
    "keepalive",
    "keepalivetimeout",
    "limitrequestbody",
    "limitrequestfields",
    "limitrequestfieldsize",
    "limitrequestline",
    "listen",
    "loadmodule",
    "logformat",
    "loglevel",
    "maxkeepaliverequests",
    "protocols",
    "rewriteoptions",
    "serveradmin",
    "serveralias",
    "servername",
    "serverroot",
    "serversignature",
    "servertokens",
    "sslcertificatechainfile",
    "sslcertificatefile",
    "sslcertificatekeyfile",
    "sslciphersuite",
    "sslengine",
    "sslhonorcipherorder",
    "sslprotocol",
    "sslusestapling",
    "timeout",
];
