//! gzip by Zopfli's method, written anew: which matches there are is found out once, then paths through them are tried
//! until no better one is found, each by what symbols cost on the last one.
//!
//! As raw WebAssembly the caller writes a file's bytes into memory, and reads a gzip file. The workers of
//! `selvedge precompress` load it; nothing that runs at the edge does.
#![allow(unsafe_code)] // Memory that JavaScript writes to can only be reached through its address.
#![allow(clippy::indexing_slicing)] // A worker that traps reports its file; a check for each byte says no more than that.

mod bits;
mod block;
mod boundaries;
mod code;
mod cost;
mod deflate;
mod header;
mod histogram;
mod matches;
mod path;
mod search;
mod symbol;
mod token;

use core::cell::UnsafeCell;

use bits::Bits;

/// gzip, RFC 1952, after so many searches for a better way.
///
/// The bytes depend on nothing but the input: the header has neither a time nor a name.
pub fn gzip(input: &[u8], iterations: u32) -> Vec<u8> {
    // Deflate, no flags, no time, compressed as well as can be, on Unix.
    let mut bits = Bits::after(vec![31, 139, 8, 0, 0, 0, 0, 0, 2, 3]);
    deflate::deflate(input, iterations, &mut bits);
    bits.push_bytes(&crc32fast::hash(input).to_le_bytes());
    bits.push_bytes(&(input.len() as u32).to_le_bytes());
    bits.finish()
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

/// Compresses the input; the length of the output.
#[unsafe(no_mangle)]
pub extern "C" fn compress(iterations: u32) -> usize {
    let memory = memory();
    memory.output = gzip(&memory.input, iterations);
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
        for input in [&b""[..], b"a", &[b'x'; 1_000_001]] {
            let bytes = gzip(input, 1);
            assert_eq!(bytes.get(..10), Some(&[31, 139, 8, 0, 0, 0, 0, 0, 2, 3][..]));
            assert_eq!(bytes.get(bytes.len() - 4..), Some(&(input.len() as u32).to_le_bytes()[..]));
        }
    }
}
