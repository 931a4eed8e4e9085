//! Memory that decisions work in: a thread keeps it from one to the next.

use std::cell::Cell;

/// What a thread keeps at most, in bytes: a long message does not hold its memory for ever.
const MAX_KEPT: usize = 64 << 10;

/// The inputs of an event, and the scratch of the reader. Nothing in it outlives a decision.
#[derive(Default)]
pub(super) struct Room {
    pub(super) text: Vec<u8>,
    pub(super) bytes: Vec<u8>,
    pub(super) words: Vec<u32>,
}

thread_local! {
    static ROOM: Cell<Room> = Cell::default();
}

/// Lends the thread's room. Who asks for it meanwhile, or when the thread ends, gets a new one.
pub(super) fn with<T>(run: impl FnOnce(&mut Room) -> T) -> T {
    let mut room = ROOM.try_with(Cell::take).unwrap_or_default();
    let result = run(&mut room);
    if room.size() <= MAX_KEPT {
        let _ = ROOM.try_with(|kept| kept.set(room));
    }
    result
}

impl Room {
    /// Makes room for texts of a decision and for its words.
    pub(super) fn fit(&mut self, bytes: usize, words: usize) {
        self.bytes.resize(self.bytes.len().max(bytes), 0);
        self.words.resize(self.words.len().max(words), 0);
    }

    fn size(&self) -> usize {
        self.text.capacity() + self.bytes.capacity() + 4 * self.words.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_keeps_its_room_unless_it_grew_large() {
        let size = || with(|room| room.bytes.len());
        with(|room| room.fit(1000, 1));
        assert_eq!(size(), 1000);
        with(|room| {
            room.fit(2000, 1);
            assert_eq!(size(), 0, "lent already");
        });
        assert_eq!(size(), 2000);
        with(|room| room.fit(2 * MAX_KEPT, 1));
        assert_eq!(size(), 0);
    }
}
