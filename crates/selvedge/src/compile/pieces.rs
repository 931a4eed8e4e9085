//! Which texts and records a plan holds already: a hash table of their places in its bytes.
//!
//! (Two maps of the standard library would do the same with copies of all keys, and for 5 KB of WebAssembly each.)

use selvedge_plan::hash;

/// What a piece is; a record is aligned, so an equal text cannot stand for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Record,
}

#[derive(Clone, Copy)]
struct Piece {
    kind: Kind,
    at: usize,
    len: usize,
}

impl Piece {
    fn of<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        bytes.get(self.at..self.at + self.len).unwrap_or_default()
    }
}

/// Open addressing in a power of two of slots, at most half full.
#[derive(Default)]
pub(super) struct Pieces {
    slots: Vec<Option<Piece>>,
    count: usize,
}

impl Pieces {
    /// Where `piece` is in `bytes`, if it was added.
    pub(super) fn find(&self, bytes: &[u8], kind: Kind, piece: &[u8]) -> Option<u32> {
        let known = self.slots.get(self.slot(bytes, kind, piece)).copied().flatten();
        known.map(|piece| piece.at as u32)
    }

    /// Adds the piece of `bytes` that begins at `at`.
    pub(super) fn add(&mut self, bytes: &[u8], kind: Kind, at: u32, len: usize) {
        self.count += 1;
        if 2 * self.count > self.slots.len() {
            let larger = vec![None; (2 * self.slots.len()).max(256)];
            for piece in std::mem::replace(&mut self.slots, larger).into_iter().flatten() {
                self.put(bytes, piece);
            }
        }
        self.put(bytes, Piece { kind, at: at as usize, len });
    }

    fn put(&mut self, bytes: &[u8], piece: Piece) {
        let slot = self.slot(bytes, piece.kind, piece.of(bytes));
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = Some(piece);
        }
    }

    /// The slot of an equal piece, or the free one where it would go.
    fn slot(&self, bytes: &[u8], kind: Kind, piece: &[u8]) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = hash(kind as u32, piece) as usize & mask;
        while let Some(Some(known)) = self.slots.get(slot)
            && !(known.kind == kind && known.of(bytes) == piece)
        {
            slot = (slot + 1) & mask;
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_added() {
        let bytes: Vec<u8> = (0..=255).flat_map(|n: u8| [n, n / 2]).collect();
        let mut pieces = Pieces::default();
        assert_eq!(pieces.find(&bytes, Kind::Text, &[]), None);
        for at in 0..256 {
            pieces.add(&bytes, Kind::Text, 2 * at, 2);
        }
        for n in 0..=255u8 {
            assert_eq!(pieces.find(&bytes, Kind::Text, &[n, n / 2]), Some(2 * u32::from(n)));
        }
        assert_eq!(pieces.find(&bytes, Kind::Record, &[2, 1]), None);
        assert_eq!(pieces.find(&bytes, Kind::Text, &[2]), None);
    }
}
