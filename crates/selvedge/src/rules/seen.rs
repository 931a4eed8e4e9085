//! What can be read of a message, and which stages see it.

/// Something of a message that a condition or a placeholder reads.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'r> {
    /// As messages call it: `country` of a condition, `{country}` of a template.
    pub(crate) what: &'static str,
    pub(crate) side: Side,
    /// The request header that holds it.
    pub(crate) header: Option<&'r str>,
}

/// Which stages see it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// All of them.
    Any,
    /// The viewer's: it is stripped or replaced after viewer-request.
    Viewer,
    /// The origin's: it is added after viewer-request.
    Origin,
    /// Those of the response.
    Response,
}

impl Seen<'_> {
    pub(crate) const fn any() -> Seen<'static> {
        Seen { what: "", side: Side::Any, header: None }
    }

    pub(crate) const fn viewer(what: &'static str) -> Seen<'static> {
        Seen { what, side: Side::Viewer, header: None }
    }

    pub(crate) const fn origin(what: &'static str) -> Seen<'static> {
        Seen { what, side: Side::Origin, header: None }
    }

    pub(crate) const fn response() -> Seen<'static> {
        Seen { what: "the response", side: Side::Response, header: None }
    }

    pub(crate) const fn of_header<'r>(what: &'static str, name: &'r str) -> Seen<'r> {
        Seen { what, side: Side::Viewer, header: Some(name) }
    }
}
