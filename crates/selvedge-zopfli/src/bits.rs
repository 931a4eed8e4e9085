//! Bits into bytes, the lowest first, RFC 1951 §3.1.1.

#[derive(Default)]
pub(crate) struct Bits {
    bytes: Vec<u8>,
    pending: u64,
    count: u32,
}

impl Bits {
    pub(crate) fn after(bytes: Vec<u8>) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// At most 32 bits.
    pub(crate) fn push(&mut self, bits: u32, count: u32) {
        self.pending |= u64::from(bits) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    /// How many bits the last byte lacks.
    pub(crate) fn gap(&self) -> u32 {
        self.count.wrapping_neg() % 8
    }

    /// Fills the last byte up, and puts bytes after it.
    pub(crate) fn push_bytes(&mut self, bytes: &[u8]) {
        self.push(0, self.gap());
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.push(0, self.gap());
        self.bytes
    }
}
