//! Hash tables of a plan, see [`selvedge_plan::layout`].

use super::writer::Writer;

/// Slots of a bucket, on average.
const FULL: usize = 4;

/// Values by their hashes.
#[derive(Default)]
pub(super) struct Table {
    /// The first slot of each bucket, and the end of the last.
    starts: Vec<u32>,
    /// Hashes and values, bucket by bucket.
    pub(super) slots: Vec<(u32, u32)>,
}

impl Table {
    /// Equal hashes stay in their order.
    pub(super) fn new(items: &[(u32, u32)]) -> Table {
        let buckets = items.len().div_ceil(FULL);
        let mut table = Table { starts: vec![0; buckets + 1], slots: vec![(0, 0); items.len()] };
        // How many each bucket has, then where it ends; filled from its end, it is where it begins.
        for (hash, _) in items {
            if let Some(count) = table.starts.get_mut(bucket(buckets, *hash)) {
                *count += 1;
            }
        }
        let mut end = 0;
        for start in &mut table.starts {
            end += *start;
            *start = end;
        }
        for item in items.iter().rev() {
            if let Some(start) = table.starts.get_mut(bucket(buckets, item.0)) {
                *start -= 1;
                if let Some(slot) = table.slots.get_mut(*start as usize) {
                    *slot = *item;
                }
            }
        }
        table
    }

    /// Leaves out each value of which `joins` says that one before it, of an equal hash, stands for it.
    pub(super) fn join(&mut self, mut joins: impl FnMut(u32, u32) -> bool) {
        let mut kept = 0;
        let mut next = 0;
        for bucket in 1..self.starts.len() {
            let first = kept;
            let end = self.starts.get(bucket).copied().unwrap_or_default() as usize;
            while next < end {
                let Some((hash, value)) = self.slots.get(next).copied() else { break };
                next += 1;
                let known = self.slots.get(first..kept).unwrap_or_default();
                if known.iter().any(|slot| slot.0 == hash && joins(slot.1, value)) {
                    continue;
                }
                if let Some(slot) = self.slots.get_mut(kept) {
                    *slot = (hash, value);
                }
                kept += 1;
            }
            if let Some(start) = self.starts.get_mut(bucket) {
                *start = kept as u32;
            }
        }
        self.slots.truncate(kept);
    }

    /// Puts the places of entries for their numbers + 1.
    pub(super) fn place(&mut self, places: &[u32]) {
        for (_, value) in &mut self.slots {
            *value = place(places, *value);
        }
    }

    /// The values of a hash.
    pub(super) fn get(&self, hash: u32) -> impl Iterator<Item = u32> {
        let bucket = bucket(self.starts.len().saturating_sub(1), hash);
        let bound = |number| self.starts.get(number).map_or(0, |start| *start as usize);
        let slots = self.slots.get(bound(bucket)..bound(bucket + 1)).unwrap_or_default();
        slots.iter().filter(move |slot| slot.0 == hash).map(|slot| slot.1)
    }

    /// Writes the table, whose values are places in the plan by now. 0 where it is empty.
    pub(super) fn write(&self, writer: &mut Writer) -> u32 {
        if self.slots.is_empty() {
            return 0;
        }
        let head = 2 + self.starts.len() as u32;
        let bits = writer.bits();
        let mut words = Vec::with_capacity(head as usize + self.slots.len());
        words.extend([self.starts.len() as u32 - 1, bits]);
        words.extend(self.starts.iter().map(|start| head + start));
        words.extend(self.slots.iter().map(|(hash, value)| hash << bits | value));
        writer.words(&words)
    }
}

/// The place of an entry by its number + 1; 0 for none.
pub(super) fn place(places: &[u32], first: u32) -> u32 {
    places.get(first.wrapping_sub(1) as usize).copied().unwrap_or_default()
}

/// To which of so many buckets a hash belongs.
fn bucket(buckets: usize, hash: u32) -> usize {
    ((u64::from(hash) * buckets as u64) >> 32) as usize
}
