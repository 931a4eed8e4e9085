//! Which texts and records a plan holds already: a hash table of their places in its bytes.
//!
//! (Two maps of the standard library would do the same with copies of all keys, and for 5 KB of WebAssembly each.)

use selvedge_plan::hash;
use selvedge_plan::layout::MAX_SHARED;

/// What a piece is; a record is aligned, so an equal text cannot stand for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Record,
    /// A record that the reader walks for each rule that it belongs to: it is shared by [`MAX_SHARED`] of them.
    Walked,
}

#[derive(Clone, Copy)]
struct Piece {
    kind: Kind,
    at: usize,
    len: usize,
    uses: u32,
}

impl Piece {
    fn of<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        bytes.get(self.at..self.at + self.len).unwrap_or_default()
    }
}

/// Open addressing in a power of two of slots, at most half full.
#[derive(Default)]
pub(super) struct Interner {
    slots: Vec<Option<Piece>>,
    count: usize,
}

impl Interner {
    /// Where `piece` is in `bytes`, if it was added and may be shared once more.
    pub(super) fn find(&mut self, bytes: &[u8], kind: Kind, piece: &[u8]) -> Option<u32> {
        let slot = self.slot(bytes, kind, piece);
        let known = self.slots.get_mut(slot)?.as_mut()?;
        known.uses += 1;
        (kind != Kind::Walked || known.uses <= MAX_SHARED).then_some(known.at as u32)
    }

    /// Adds the piece of `bytes` that begins at `at`; an equal one of before is forgotten.
    pub(super) fn add(&mut self, bytes: &[u8], kind: Kind, at: u32, len: usize) {
        self.count += 1;
        if 2 * self.count > self.slots.len() {
            let larger = vec![None; (2 * self.slots.len()).max(256)];
            for piece in std::mem::replace(&mut self.slots, larger).into_iter().flatten() {
                self.put(bytes, piece);
            }
        }
        self.put(bytes, Piece { kind, at: at as usize, len, uses: 1 });
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
        let mut interner = Interner::default();
        assert_eq!(interner.find(&bytes, Kind::Text, &[]), None);
        for at in 0..256 {
            interner.add(&bytes, Kind::Text, 2 * at, 2);
        }
        for n in 0..=255u8 {
            assert_eq!(interner.find(&bytes, Kind::Text, &[n, n / 2]), Some(2 * u32::from(n)));
        }
        assert_eq!(interner.find(&bytes, Kind::Record, &[2, 1]), None);
        assert_eq!(interner.find(&bytes, Kind::Text, &[2]), None);
    }

    #[test]
    fn what_is_walked_is_shared_by_so_many() {
        let bytes = [7; 8];
        let mut interner = Interner::default();
        for (kind, limit) in [(Kind::Record, false), (Kind::Walked, true)] {
            interner.add(&bytes, kind, 0, 4);
            // The one that it was written for counts.
            for _ in 1..MAX_SHARED {
                assert_eq!(interner.find(&bytes, kind, &[7; 4]), Some(0));
            }
            assert_eq!(interner.find(&bytes, kind, &[7; 4]).is_none(), limit);
        }
        interner.add(&bytes, Kind::Walked, 4, 4);
        assert_eq!(interner.find(&bytes, Kind::Walked, &[7; 4]), Some(4));
    }
}
