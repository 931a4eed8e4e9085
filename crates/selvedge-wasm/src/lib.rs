//! The WebAssembly border of Selvedge. No decisions are made here.
//!
//! [`reader`] is the raw border that ships to the edge: numbers and bytes, no glue. `compiler` (a feature, for development
//! and plain rules) takes rules and gives a plan, or everything that is wrong with them; `tools` (a feature on top) is what
//! the command line asks.
#![cfg_attr(all(target_arch = "wasm32", not(feature = "regex")), no_std)]

#[cfg(all(target_arch = "wasm32", feature = "regex", not(feature = "compiler")))]
mod allocator;
#[cfg(feature = "compiler")]
mod compiler;
#[cfg(feature = "compiler")]
pub use compiler::{compile, negotiate_encoding};
pub mod reader;
#[cfg(feature = "tools")]
pub mod tools;

#[cfg(all(target_arch = "wasm32", feature = "regex", not(feature = "compiler")))]
#[global_allocator]
static ALLOCATOR: allocator::Allocator = allocator::Allocator::new();

/// The reader has nothing that panics; what the compiler cannot prove traps without a message, an allocator, formatting.
#[cfg(all(target_arch = "wasm32", not(feature = "regex")))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
