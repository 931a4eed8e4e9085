/// What one event looks like to the reader: the inputs of its stage.
///
/// `text` holds the stage's inputs in the plan's order ([`Plan::inputs`](crate::Plan::inputs)), joined by NUL. `\x01` alone
/// is an absent one; a header's lines are joined by `\n`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Event<'a> {
    /// The joined inputs.
    pub text: &'a [u8],
    /// [`Event::accept`] of the request, where the stage uses it.
    pub accept: u32,
    /// The status of the response, 0 for a request.
    pub status: u32,
}

/// An input that is absent.
pub(crate) const ABSENT: &[u8] = b"\x01";

impl Event<'_> {
    /// The class of an `Accept-Encoding` value (its lines joined by `, `; `None`: absent) and of the method.
    ///
    /// It stands for all that a decision can depend on, so that a caller may remember it for a spelling.
    pub fn accept(header: Option<&[u8]>, method: &[u8]) -> u32 {
        let class = header.map_or(crate::accept::ABSENT, crate::accept::class);
        let method = match method {
            b"GET" => 0,
            b"HEAD" => 1,
            _ => 2,
        };
        class | method << 16
    }
}
