//! Directives that are known by their names: what changes nothing, and what guards.

use super::lex::Directive;
use super::permissions::asks;
use crate::dialect::apache::Owned;

pub(super) fn is_off(words: &[Owned]) -> bool {
    matches!(words, [word] if word.text == "off")
}

/// What keeps requests out, and is not a rule.
pub(super) fn is_guard(name: &str, words: &[Owned]) -> bool {
    let guards = [
        "deny",
        "internal",
        "limit_except",
        "valid_referers",
        "secure_link",
        "ssl_verify_client",
        "ssl_reject_handshake",
    ];
    (guards.contains(&name) || asks(name)) && !is_off(words)
}

/// Whether a directive keeps requests out.
pub(super) fn guards(item: &Directive) -> bool {
    let is_answer = |word: &str| word.parse().is_ok_and(|status: u16| status >= 400);
    match item.name.as_str() {
        "return" => item.words.first().is_some_and(|word| is_answer(&word.text)),
        "if" => item.block.iter().flatten().any(guards),
        name => is_guard(name, &item.words),
    }
}

/// Whether something in a directive keeps requests out, however deep.
pub(super) fn closes(item: &Directive) -> bool {
    guards(item) || item.block.iter().flatten().any(closes)
}

/// A file of nginx's own that has no guard: types, parameters for programs.
pub(super) fn is_harmless_file(include: &Directive) -> bool {
    let path = include.words.first().map_or("", |word| word.text.as_str());
    let name = path.rsplit('/').next().unwrap_or_default();
    ["mime.types", "fastcgi.conf", "fastcgi_params", "scgi_params", "uwsgi_params", "proxy_params"].contains(&name)
        || path == "/etc/letsencrypt/options-ssl-nginx.conf"
        || path.contains("modules-enabled/")
        || path.contains("/nginx/modules/")
}

/// What changes nothing that a viewer sees, or only how the server itself works.
pub(super) fn is_harmless(name: &str, words: &[Owned]) -> bool {
    // Switched off they guard nothing.
    let guards = ["ssl_verify_client", "ssl_reject_handshake"];
    HARMLESS.contains(&name)
        || ((guards.contains(&name) || asks(name)) && is_off(words))
        || (["autoindex", "proxy_redirect", "absolute_redirect"].contains(&name) && is_off(words))
        || ["gzip", "brotli", "open_file_cache", "server_names_hash_", "types_hash_", "variables_hash_", "ssl_session_"]
            .iter()
            .any(|begin| name.starts_with(begin))
}

const HARMLESS: [&str; 77] = [
    "access_log",
    "aio",
    "charset",
    "client_body_buffer_size",
    "client_body_temp_path",
    "client_body_timeout",
    "client_header_buffer_size",
    "client_header_timeout",
    "client_max_body_size",
    "daemon",
    "default_type",
    "directio",
    "error_log",
    "etag",
    "fastcgi_temp_path",
    "gunzip",
    "http2",
    "http3",
    "if_modified_since",
    "ignore_invalid_headers",
    "keepalive_requests",
    "keepalive_timeout",
    "large_client_header_buffers",
    "limit_conn_zone",
    "limit_req_zone",
    "load_module",
    "log_format",
    "log_not_found",
    "master_process",
    "output_buffers",
    "pcre_jit",
    "pid",
    "port_in_redirect",
    "proxy_buffer_size",
    "proxy_buffering",
    "proxy_buffers",
    "proxy_busy_buffers_size",
    "proxy_cache_bypass",
    "proxy_cache_lock",
    "proxy_connect_timeout",
    "proxy_http_version",
    "proxy_max_temp_file_size",
    "proxy_next_upstream",
    "proxy_no_cache",
    "proxy_read_timeout",
    "proxy_request_buffering",
    "proxy_send_timeout",
    "proxy_temp_path",
    "real_ip_header",
    "real_ip_recursive",
    "reset_timedout_connection",
    "resolver",
    "resolver_timeout",
    "root",
    "scgi_temp_path",
    "send_timeout",
    "sendfile",
    "server_name_in_redirect",
    "server_tokens",
    "set_real_ip_from",
    "ssl_buffer_size",
    "ssl_certificate",
    "ssl_certificate_key",
    "ssl_ciphers",
    "ssl_dhparam",
    "ssl_ecdh_curve",
    "ssl_prefer_server_ciphers",
    "ssl_protocols",
    "ssl_stapling",
    "ssl_stapling_verify",
    "tcp_nodelay",
    "tcp_nopush",
    "underscores_in_headers",
    "user",
    "uwsgi_temp_path",
    "worker_processes",
    "worker_rlimit_nofile",
];
