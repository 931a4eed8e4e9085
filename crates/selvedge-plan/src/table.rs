//! Hash tables of a plan.

use core::slice::Iter;

use crate::work::Work;

/// What the slots of a table hold whose tags fit a hash: places in the plan, to be compared with what is looked for. See
/// [`crate::layout`].
pub(crate) struct Slots<'p> {
    slots: Iter<'p, [u8; 4]>,
    hash: u32,
    bits: u32,
}

impl<'p> Slots<'p> {
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub(crate) fn new(work: &Work<'p>, table: u32, hash: u32) -> Slots<'p> {
        let word = |index| work.plan.word(table, index);
        let bucket = 2 + ((u64::from(hash) * u64::from(word(0))) >> 32) as u32;
        let slots = if table == 0 { &[] } else { work.plan.words(table, word(bucket), word(bucket.wrapping_add(1))) };
        let slots = if work.takes(slots.len() as u32) { slots } else { &[] };
        Slots { slots: slots.iter(), hash, bits: word(1) }
    }
}

impl Iterator for Slots<'_> {
    type Item = u32;

    #[cfg_attr(target_arch = "wasm32", inline(never))]
    fn next(&mut self) -> Option<u32> {
        for slot in self.slots.by_ref() {
            let slot = u32::from_le_bytes(*slot);
            if (slot ^ self.hash.wrapping_shl(self.bits)).wrapping_shr(self.bits) == 0 {
                return Some(slot & !u32::MAX.wrapping_shl(self.bits));
            }
        }
        None
    }
}
