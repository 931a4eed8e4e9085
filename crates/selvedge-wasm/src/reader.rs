//! The raw border: the caller writes bytes into memory, calls with numbers, and reads a number and maybe words back.
//!
//! One instance holds one plan. Memory beyond the module's own is taken in whole pages and never given back: the plan once,
//! working memory doubled when a message needs more. Nothing here allocates, so what ships needs no allocator.
#![allow(unsafe_code)] // Memory that JavaScript writes to can only be reached through its address.

use core::cell::UnsafeCell;
use core::slice;

use selvedge_plan::layout::{answer, decision};
use selvedge_plan::{Answer, Decision, Event, Reader, Scratch, Stage};

const PAGE: usize = 65_536;
const INPUT: usize = 16_384;
/// The working memory of a decision ends here. What any message can hold takes a part of it.
const MAX_SCRATCH: usize = 64 << 20;

/// A piece of memory that belongs to nobody else.
#[derive(Clone, Copy)]
struct Region {
    at: usize,
    len: usize,
}

struct Border {
    plan: Region,
    input: Region,
    words: Region,
    scratch: Region,
    reader: Option<Reader<&'static [u8]>>,
}

struct Only(UnsafeCell<Border>);

// SAFETY: an instance of WebAssembly without threads runs one call at a time, and no call calls back.
unsafe impl Sync for Only {}

const NONE: Region = Region { at: 0, len: 0 };
static BORDER: Only =
    Only(UnsafeCell::new(Border { plan: NONE, input: NONE, words: NONE, scratch: NONE, reader: None }));

fn border() -> &'static mut Border {
    // SAFETY: see `Sync` above; each export takes the reference once.
    unsafe { &mut *BORDER.0.get() }
}

impl Region {
    /// Fresh pages of at least `len` bytes; empty when memory is exhausted.
    fn grown(len: usize) -> Region {
        let pages = len.div_ceil(PAGE).max(1);
        match grow_memory(pages) {
            usize::MAX => NONE,
            before => Region { at: before * PAGE, len: pages * PAGE },
        }
    }

    /// The first `len` bytes and the rest.
    fn split(self, len: usize) -> (Region, Region) {
        let len = len.min(self.len);
        (Region { at: self.at, len }, Region { at: self.at + len, len: self.len - len })
    }

    fn bytes(self, len: usize) -> &'static mut [u8] {
        if self.len == 0 {
            return Default::default();
        }
        // SAFETY: the pages were taken by `grown`, are zeroed or were written by the caller between calls, and regions
        // do not overlap.
        unsafe { slice::from_raw_parts_mut(self.at as *mut u8, len.min(self.len)) }
    }

    fn words(self) -> &'static mut [u32] {
        if self.len == 0 {
            return Default::default();
        }
        // SAFETY: as above; a region of words begins at a page.
        unsafe { slice::from_raw_parts_mut(self.at as *mut u32, self.len / 4) }
    }
}

#[cfg(target_arch = "wasm32")]
fn grow_memory(pages: usize) -> usize {
    core::arch::wasm32::memory_grow(0, pages)
}

#[cfg(not(target_arch = "wasm32"))]
fn grow_memory(_: usize) -> usize {
    usize::MAX
}

/// Ends an instance whose plan asks for more than there can be: the caller knows what to do after a trap.
#[cfg(target_arch = "wasm32")]
fn trap() -> u32 {
    core::arch::wasm32::unreachable()
}

#[cfg(not(target_arch = "wasm32"))]
fn trap() -> u32 {
    Decision::Exhausted.number()
}

/// Makes room for a plan of `len` bytes and returns where the caller must copy it.
#[unsafe(no_mangle)]
pub extern "C" fn plan_reserve(len: u32) -> u32 {
    let border = border();
    border.plan = Region::grown(len as usize);
    border.plan.at as u32
}

/// Checks and takes the plan of `len` bytes; 0, or the code of [`selvedge_plan::InvalidPlan`].
#[unsafe(no_mangle)]
pub extern "C" fn plan_load(len: u32) -> u32 {
    let border = border();
    let bytes: &'static [u8] = border.plan.bytes(len as usize);
    match Reader::load(bytes) {
        Err(invalid) => invalid.code(),
        Ok(reader) => {
            // `ask` puts out two.
            let words = 4 * reader.plan().output_words().max(2);
            let (words, rest) = Region::grown(words + INPUT + PAGE / 2).split(words);
            (border.input, border.scratch) = rest.split(INPUT);
            border.words = words;
            border.reader = Some(reader);
            0
        }
    }
}

/// The address of an input buffer of at least `len` bytes. Memory may grow: take views of it again.
#[unsafe(no_mangle)]
pub extern "C" fn input(len: u32) -> u32 {
    let border = border();
    if border.input.len < len as usize {
        border.input = Region::grown(len as usize);
    }
    border.input.at as u32
}

/// The address of the words that `decide` and `ask` put out.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> u32 {
    border().words.at as u32
}

/// Decides on the first `len` bytes of the input, see [`selvedge_plan::Decision::number`].
#[unsafe(no_mangle)]
pub extern "C" fn decide(stage: u32, len: u32, accept: u32, status: u32) -> u32 {
    let border = border();
    let (Some(reader), Some(stage)) = (&border.reader, Stage::from_number(stage)) else { return decision::UNCHANGED };
    let event = Event { text: border.input.bytes(len as usize), accept, status };
    match reader.decide(stage, event, &mut border.scratch()) {
        Decision::Exhausted => trap(),
        decision => decision.number(),
    }
}

/// Asks about the op at `op` and the first `len` bytes of the input, see [`answer`]; a new text's address and length are
/// put out.
#[unsafe(no_mangle)]
pub extern "C" fn ask(op: u32, len: u32) -> u32 {
    let border = border();
    let Some(reader) = &border.reader else { return answer::NO };
    let text = border.input.bytes(len as usize);
    match reader.ask(op, text, &mut border.scratch()) {
        None => decision::GROW,
        Some(Answer::No) => answer::NO,
        Some(Answer::Yes) => answer::YES,
        Some(Answer::Removed) => answer::REMOVED,
        Some(Answer::Text(at, len)) => {
            if let [at_word, len_word, ..] = border.words.words() {
                *at_word = at;
                *len_word = len;
            }
            answer::YES
        }
    }
}

/// The class of the `Accept-Encoding` value in the first `len` bytes of the input, for a GET.
#[unsafe(no_mangle)]
pub extern "C" fn accept(len: u32) -> u32 {
    if cfg!(not(feature = "full")) {
        return 0;
    }
    Event::accept(Some(border().input.bytes(len as usize)), b"GET")
}

/// Doubles the working memory; traps where a plan asks for more than there can be.
#[unsafe(no_mangle)]
pub extern "C" fn grow() {
    let border = border();
    let larger = if border.scratch.len < MAX_SCRATCH { Region::grown(2 * border.scratch.len) } else { NONE };
    if larger.len == 0 {
        trap();
    }
    border.scratch = larger;
}

impl Border {
    fn scratch(&self) -> Scratch<'static> {
        Scratch { bytes: self.scratch.bytes(usize::MAX), words: self.words.words(), base: self.scratch.at as u32 }
    }
}
