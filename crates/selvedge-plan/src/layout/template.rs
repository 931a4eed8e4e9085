//! Templates of targets and values.

/// Parts of a template: the bytes `n, n × (kind, place, a)`.
pub mod part {
    /// A text instead of place and a.
    pub const LITERAL: u32 = 0;
    /// a: slot.
    pub const CAPTURE: u32 = 1;
    /// a: input + 1; a value that is text as it was sent in a URL.
    pub const RAW: u32 = 2;
    /// a: input + 1; the lines joined by `, `.
    pub const LINES: u32 = 3;
    /// a: input + 1; then the name of a query parameter.
    pub const QUERY: u32 = 4;
    /// a: input + 1; then the name of a cookie.
    pub const COOKIE: u32 = 5;
    /// scheme `://` host path `?` query, by roles.
    pub const URL: u32 = 6;
    /// a: template of a file name; the value of a `Content-Disposition`.
    pub const DISPOSITION: u32 = 7;
    /// The host, by its role.
    pub const HOST: u32 = 8;
    /// The path, by its role.
    pub const PATH: u32 = 9;
    /// a: `[n, n × (condition, group)]`: what the group of a regular expression captures of what a condition compares with it.
    /// The first that matches counts.
    pub const MATCHED: u32 = 10;
}

/// Places of a template's part: how a value is encoded there.
pub mod place {
    /// In a path.
    pub const PATH: u32 = 0;
    /// In a query.
    pub const QUERY: u32 = 1;
    /// A label of an authority.
    pub const LABEL: u32 = 2;
    /// A header value: as it is, if legal there.
    pub const VALUE: u32 = 3;
    /// `|encode`: as a query value.
    pub const COMPONENT: u32 = 4;
    /// The end of an authority, or all of it: the host with its port.
    pub const HOST: u32 = 5;
    /// A whole query string.
    pub const WHOLE_QUERY: u32 = 6;
    /// In a file name: escapes of the path are decoded; quoted as a whole later.
    pub const FILE_NAME: u32 = 7;
    /// As [`HOST`], where a port follows: without its own.
    pub const HOST_NAME: u32 = 8;
    /// Flag: in lower case.
    pub const LOWER: u32 = 0x40;
}
