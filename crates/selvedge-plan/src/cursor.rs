//! Reading records that are bytes: numbers and texts, one after the other.

use crate::plan::Plan;
use crate::span::Span;

/// A place in such a record.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'p> {
    pub(crate) plan: Plan<'p>,
    pub(crate) at: u32,
}

impl<'p> Cursor<'p> {
    pub(crate) fn new(plan: Plan<'p>, at: u32) -> Cursor<'p> {
        Cursor { plan, at }
    }

    /// The next number, in unsigned LEB128; 0 out of bounds.
    // A call where bytes are dear, as for words.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(crate) fn number(&mut self) -> u32 {
        let mut value = 0;
        let mut shift = 0;
        loop {
            let byte = self.plan.as_bytes().get(self.at as usize).map_or(0, |byte| u32::from(*byte));
            self.at = self.at.wrapping_add(1);
            value |= (byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 || shift >= u32::BITS {
                return value;
            }
        }
    }

    /// The next text: its length, and its bytes.
    pub(crate) fn text(&mut self) -> Span {
        let len = self.number();
        let text = Span::plan(self.at, len);
        self.at = self.at.wrapping_add(len);
        text
    }

    /// As [`Cursor::text`]; empty out of bounds.
    pub(crate) fn bytes(&mut self) -> &'p [u8] {
        let len = self.number();
        let at = self.at;
        self.at = at.wrapping_add(len);
        self.plan.slice(at, len)
    }
}
