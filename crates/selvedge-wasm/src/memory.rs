//! The allocator of the compiler and of the tools, whose instances are thrown away after one call.
//!
//! Blocks of four sizes to each power of two, cut from the end of memory and kept in lists once they are free: in so short
//! a life nothing is gained by joining them again. The compiler, which runs once, keeps only what grows out of its block:
//! where nothing else is freed, all the code that would free it goes. Memory grows by a quarter at a time. An allocator that takes it page by
//! page has an engine count its memory thousands of times for a large rule set, which takes longer than compiling it.
#![allow(unsafe_code)] // An allocator hands out addresses.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::ptr::null_mut;

const PAGE: usize = 65_536;
/// Every block begins at a multiple of this, and has at least as many bytes.
const UNIT: usize = 16;
/// Four for each power of two.
const CLASSES: usize = 4 * usize::BITS as usize;

/// Whether what is dropped can be handed out again.
const FREES: bool = cfg!(any(feature = "tools", test));

pub(crate) struct Blocks {
    /// The first free block of each size, which begins with the address of the next; 0 for none.
    free: [Cell<usize>; CLASSES],
    /// What was never handed out.
    next: Cell<usize>,
    end: Cell<usize>,
}

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static BLOCKS: Blocks = Blocks::new();

// SAFETY: an instance of WebAssembly without threads runs one call at a time.
unsafe impl Sync for Blocks {}

impl Blocks {
    const fn new() -> Blocks {
        Blocks { free: [const { Cell::new(0) }; CLASSES], next: Cell::new(0), end: Cell::new(0) }
    }

    /// Cuts a block from what was never handed out.
    fn cut(&self, size: usize) -> Option<usize> {
        if self.end.get() - self.next.get() < size {
            let (start, end) = grow(size)?;
            // The pages of a reader in the same instance may lie between.
            if start != self.end.get() {
                self.next.set(start);
            }
            self.end.set(end);
        }
        let at = self.next.get();
        self.next.set(at + size);
        Some(at)
    }

    /// Keeps a block that nobody has any more.
    ///
    /// # Safety
    ///
    /// The block was handed out with this layout.
    unsafe fn free(&self, block: *mut u8, layout: Layout) {
        if let Some(list) = class(layout.size()).and_then(|(_, class)| self.free.get(class)) {
            // SAFETY: nobody else has the block, and it holds at least `UNIT` bytes.
            unsafe { *block.cast::<usize>() = list.get() }
            list.set(block as usize);
        }
    }
}

/// The size of the blocks that hold this many bytes, and the number of their list.
fn class(bytes: usize) -> Option<(usize, usize)> {
    let bytes = bytes.max(UNIT);
    // A quarter of the power of two below.
    let step = (1 << bytes.ilog2() >> 2).max(UNIT);
    let size = bytes.checked_next_multiple_of(step)?;
    let log = size.ilog2() as usize;
    Some((size, 4 * log + (size >> (log - 2) & 3)))
}

// SAFETY: a block is in one place at a time: in its list, or with whoever got it.
unsafe impl GlobalAlloc for Blocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some((size, class)) = class(layout.size()).filter(|_| layout.align() <= UNIT) else { return null_mut() };
        let Some(list) = self.free.get(class) else { return null_mut() };
        match list.get() {
            0 => self.cut(size).map_or(null_mut(), |at| at as *mut u8),
            at => {
                // SAFETY: a free block holds the address of the next one.
                list.set(unsafe { *(at as *const usize) });
                at as *mut u8
            }
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if FREES {
            // SAFETY: as the caller promises.
            unsafe { self.free(block, layout) }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        let (Some((old, _)), Some((new, _))) = (class(layout.size()), class(bytes)) else { return null_mut() };
        // One that shrinks stays where it is, and goes to the list of its new size.
        if new <= old {
            return block;
        }
        // The last block grows where it is, unless the pages after it are somebody else's.
        let after = block as usize + old;
        if after == self.next.get() && self.cut(new - old) == Some(after) {
            return block;
        }
        // SAFETY: `bytes` is not 0 and fits, as the caller promises.
        let larger = unsafe { self.alloc(Layout::from_size_align_unchecked(bytes, layout.align())) };
        if !larger.is_null() {
            // SAFETY: both blocks hold that many bytes, and the old one is still the caller's.
            unsafe {
                core::ptr::copy_nonoverlapping(block, larger, bytes.min(layout.size()));
                self.free(block, layout);
            }
        }
        larger
    }
}

/// Where fresh memory of at least `size` bytes begins and ends.
#[cfg(target_arch = "wasm32")]
fn grow(size: usize) -> Option<(usize, usize)> {
    use core::arch::wasm32::{memory_grow, memory_size};
    let needed = size.div_ceil(PAGE);
    [needed.max(memory_size(0) / 4), needed].into_iter().find_map(|pages| match memory_grow(0, pages) {
        usize::MAX => None,
        // The very last byte would end where numbers do.
        before => Some((before * PAGE, (before + pages).saturating_mul(PAGE))),
    })
}

/// Fresh memory elsewhere each time, for the tests.
#[cfg(not(target_arch = "wasm32"))]
fn grow(size: usize) -> Option<(usize, usize)> {
    let bytes = vec![0u128; size.max(PAGE) / UNIT].leak();
    let start = bytes.as_ptr() as usize;
    Some((start, start + size_of_val(bytes)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_rounded_up_by_less_than_a_quarter() {
        for bytes in (1..5000).chain([65_535, 65_536, 65_537, 100_000_000]) {
            let (size, list) = class(bytes).unwrap();
            assert!(size >= bytes && size.is_multiple_of(UNIT), "{bytes}: {size}");
            assert!(size <= UNIT.max(bytes + (bytes / 4).max(UNIT)), "{bytes}: {size}");
            assert_eq!(class(size), Some((size, list)), "what holds {bytes} is in the list of its own size");
            assert!(list < CLASSES);
        }
        assert_eq!(class(usize::MAX), None);
    }

    #[test]
    fn sizes_of_different_lists_differ() {
        let mut sizes: Vec<(usize, usize)> = (1..100_000).filter_map(class).collect();
        sizes.dedup();
        assert!(sizes.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1));
    }

    /// Blocks that are filled, moved and freed at random keep what they hold.
    #[test]
    fn no_two_blocks_overlap() {
        let blocks = Blocks::new();
        let mut held: Vec<(*mut u8, Layout, u8)> = Vec::new();
        let mut state = 1u32;
        let mut random = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % below
        };
        let filled = |(block, layout, mark): &(*mut u8, Layout, u8)| {
            // SAFETY: the block was handed out with this size, and written in full.
            let bytes = unsafe { core::slice::from_raw_parts(*block, layout.size()) };
            assert!(bytes.iter().all(|byte| byte == mark));
        };
        for turn in 0..20_000 {
            let size = 1 + if random(20) == 0 { random(200_000) } else { random(300) };
            let layout = Layout::from_size_align(size, 1 << random(5)).unwrap();
            let mark = turn as u8;
            // SAFETY: each block is asked for, moved and freed with its own layout, and written within its size.
            unsafe {
                match random(3) {
                    0 if !held.is_empty() => {
                        let index = random(held.len());
                        let entry = held.swap_remove(index);
                        filled(&entry);
                        blocks.dealloc(entry.0, entry.1);
                    }
                    1 if !held.is_empty() => {
                        let index = random(held.len());
                        let (block, before, mark) = held[index];
                        let after = Layout::from_size_align(size, before.align()).unwrap();
                        let moved = blocks.realloc(block, before, size);
                        let kept = Layout::from_size_align(size.min(before.size()), 1).unwrap();
                        filled(&(moved, kept, mark));
                        moved.write_bytes(mark, size);
                        held[index] = (moved, after, mark);
                    }
                    _ => {
                        let block = blocks.alloc(layout);
                        assert!((block as usize).is_multiple_of(UNIT));
                        block.write_bytes(mark, size);
                        held.push((block, layout, mark));
                    }
                }
            }
        }
        held.iter().for_each(filled);
    }

    #[test]
    fn what_was_freed_is_handed_out_again() {
        let blocks = Blocks::new();
        let layout = Layout::from_size_align(100, 8).unwrap();
        // SAFETY: freed with the layout that it was asked for with.
        let [one, other] = [(); 2].map(|()| unsafe {
            let block = blocks.alloc(layout);
            blocks.dealloc(block, layout);
            block
        });
        assert_eq!(one, other);
    }

    #[test]
    fn the_last_block_grows_where_it_is() {
        let blocks = Blocks::new();
        let layout = Layout::from_size_align(100, 8).unwrap();
        // SAFETY: grown with the layout that it was asked for with.
        unsafe {
            let block = blocks.alloc(layout);
            assert_eq!(blocks.realloc(block, layout, 1000), block);
        }
    }
}
