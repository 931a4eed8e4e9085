//! Memory for what allocates: blocks of powers of two, with a list of free ones for each size.
//!
//! dlmalloc, which std brings along for this target, is 3 KB after gzip. What regular expressions need comes to rest after
//! the first events, so that splitting and merging blocks would earn nothing. The compiler keeps dlmalloc: it grows a few
//! large buffers, in place.
#![allow(unsafe_code)] // An allocator deals in addresses.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::memory_grow;
use core::cell::UnsafeCell;
use core::ptr::null_mut;

const PAGE: usize = 65_536;

/// Smaller blocks are made so many bytes at a time; no block is aligned to more.
const RUN: usize = 4096;

/// A free block: it holds the address of the next.
struct Free {
    next: *mut Free,
}

struct Heap {
    /// By the logarithm of their size.
    free: [*mut Free; 32],
    at: usize,
    end: usize,
}

pub(crate) struct Allocator(UnsafeCell<Heap>);

// SAFETY: an instance of WebAssembly without threads runs one call at a time.
unsafe impl Sync for Allocator {}

impl Allocator {
    pub(crate) const fn new() -> Allocator {
        Allocator(UnsafeCell::new(Heap { free: [null_mut(); 32], at: 0, end: 0 }))
    }
}

// SAFETY: blocks are cut from fresh pages, aligned to the lesser of their size and `RUN`, and in one list or in use.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: nothing below calls back into the allocator, so this is the only reference.
        let heap = unsafe { &mut *self.0.get() };
        let class = class(layout);
        let block = heap.take(class);
        if block.is_null() && layout.align() <= RUN && heap.refill(class) {
            return heap.take(class).cast();
        }
        block.cast()
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above; the caller gives the block back, and the smallest holds a `Free`.
        unsafe { (*self.0.get()).list(class(layout), block.cast()) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps to the rules of `realloc`.
        unsafe {
            let wanted = Layout::from_size_align_unchecked(size, layout.align());
            if class(wanted) == class(layout) {
                return block;
            }
            let moved = self.alloc(wanted);
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(block, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

/// The logarithm of a block's size; 8 bytes are the least.
fn class(layout: Layout) -> u32 {
    layout.size().max(layout.align()).max(8).next_power_of_two().trailing_zeros()
}

impl Heap {
    /// Makes blocks of a class; false when memory is exhausted.
    fn refill(&mut self, class: u32) -> bool {
        let size = 1 << class;
        let run = RUN.max(size);
        if self.end - self.at < run {
            let pages = run.div_ceil(PAGE);
            let before = memory_grow(0, pages);
            if before == usize::MAX {
                return false;
            }
            // Somebody else may have grown memory in between.
            if before * PAGE != self.end {
                self.at = before * PAGE;
            }
            self.end = (before + pages) * PAGE;
        }
        for block in (self.at..self.at + run).step_by(size).rev() {
            // SAFETY: fresh memory, and nobody else's.
            unsafe { self.list(class, block as *mut Free) };
        }
        self.at += run;
        true
    }

    /// Puts a block into the list of its class.
    ///
    /// # Safety
    ///
    /// The block is of that class, and nobody uses it.
    unsafe fn list(&mut self, class: u32, block: *mut Free) {
        if let Some(first) = self.free.get_mut(class as usize) {
            // SAFETY: the smallest block holds a `Free`, and is aligned for it.
            unsafe { block.write(Free { next: *first }) };
            *first = block;
        }
    }

    /// Takes a block from the list of its class; null where that is empty.
    fn take(&mut self, class: u32) -> *mut Free {
        let Some(first) = self.free.get_mut(class as usize) else { return null_mut() };
        let block = *first;
        if !block.is_null() {
            // SAFETY: a listed block holds the address of the next.
            *first = unsafe { (*block).next };
        }
        block
    }
}
