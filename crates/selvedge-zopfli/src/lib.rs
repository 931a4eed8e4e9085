//! Zopfli for the command line, as raw WebAssembly: the caller writes a file's bytes into memory, and reads a gzip file.
//!
//! The workers of `selvedge precompress` load it; nothing that runs at the edge does.
#![allow(unsafe_code)] // Memory that JavaScript writes to can only be reached through its address.

use core::cell::UnsafeCell;
use std::io::Write;
use std::num::NonZeroU64;

use zopfli::{BlockType, GzipEncoder, Options};

/// What is compressed as a whole, as in Google's own program: so much for one search for the best blocks.
const MASTER_BLOCK: usize = 1_000_000;

/// gzip by Zopfli with this many iterations, for each block.
///
/// The bytes depend on nothing but the input: the header has neither a time nor a name.
pub fn gzip(input: &[u8], iterations: NonZeroU64) -> Vec<u8> {
    let options = Options { iteration_count: iterations, ..Options::default() };
    let written = GzipEncoder::new(options, BlockType::Dynamic, Vec::new()).and_then(|mut encoder| {
        // The encoder makes a block of each piece that it is given.
        input.chunks(MASTER_BLOCK).try_for_each(|chunk| encoder.write_all(chunk))?;
        encoder.finish()
    });
    // A Vec takes all that is written.
    written.unwrap_or_default()
}

struct Memory {
    input: Vec<u8>,
    output: Vec<u8>,
}

struct Only(UnsafeCell<Memory>);

// SAFETY: an instance of WebAssembly without threads runs one call at a time, and no call calls back.
unsafe impl Sync for Only {}

static MEMORY: Only = Only(UnsafeCell::new(Memory { input: Vec::new(), output: Vec::new() }));

fn memory() -> &'static mut Memory {
    // SAFETY: see `Sync` above; each export takes the reference once.
    unsafe { &mut *MEMORY.0.get() }
}

/// Makes room for `len` bytes of input and returns where the caller must write them.
#[unsafe(no_mangle)]
pub extern "C" fn input(len: usize) -> *mut u8 {
    let memory = memory();
    memory.input.clear();
    memory.input.resize(len, 0);
    memory.input.as_mut_ptr()
}

/// Compresses the input; the length of the output, 0 if there were no iterations to make.
#[unsafe(no_mangle)]
pub extern "C" fn compress(iterations: u32) -> usize {
    let memory = memory();
    memory.output = NonZeroU64::new(iterations.into()).map_or_else(Vec::new, |count| gzip(&memory.input, count));
    memory.output.len()
}

/// Where the output is.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    memory().output.as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header of RFC 1952 §2.3: no flags, no time, "slowest algorithm", Unix.
    #[test]
    fn the_header_tells_neither_time_nor_name() {
        for input in [&b""[..], b"a", &[b'x'; MASTER_BLOCK + 1]] {
            let bytes = gzip(input, NonZeroU64::MIN);
            assert_eq!(bytes.get(..10), Some(&[31, 139, 8, 0, 0, 0, 0, 0, 2, 3][..]));
            assert_eq!(bytes.get(bytes.len() - 4..), Some(&(input.len() as u32).to_le_bytes()[..]));
        }
    }
}
