//! Writing to the working memory.

/// Appends to the working memory.
pub(crate) struct Sink<'s> {
    pub(crate) bytes: &'s mut [u8],
    pub(crate) used: &'s mut usize,
    pub(crate) len: usize,
    pub(crate) full: &'s mut bool,
}

impl Sink<'_> {
    pub(crate) fn push(&mut self, byte: u8) {
        match self.bytes.get_mut(self.len) {
            Some(slot) => {
                *slot = byte;
                self.len += 1;
                *self.used += 1;
            }
            None => *self.full = true,
        }
    }

    pub(crate) fn overflow(&mut self) {
        *self.full = true;
    }

    pub(crate) fn push_all(&mut self, text: &[u8]) {
        match self.bytes.get_mut(self.len..self.len + text.len()) {
            Some(slots) => {
                slots.copy_from_slice(text);
                self.len += text.len();
                *self.used += text.len();
            }
            None => *self.full = true,
        }
    }

    /// Lets `write` fill the spare memory; it returns how much it used, `None` if it did not fit.
    pub(crate) fn fill(&mut self, write: impl FnOnce(&mut [u8]) -> Option<usize>) {
        let spare = self.bytes.get_mut(self.len..).unwrap_or_default();
        match write(spare) {
            Some(len) => {
                self.len += len;
                *self.used += len;
            }
            None => *self.full = true,
        }
    }
}
