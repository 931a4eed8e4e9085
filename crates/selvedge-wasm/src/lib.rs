//! The WebAssembly border of Selvedge. No decisions are made here.
//!
//! [`reader`] is the raw border that ships to the edge: numbers and bytes, no glue. `compiler` (a feature, for development
//! and plain rules) takes rules and gives a plan, or everything that is wrong with them, in the same way; `tools` (a feature
//! on top) is what the command line asks, with wasm-bindgen's glue.
#![cfg_attr(all(target_arch = "wasm32", not(feature = "compiler")), no_std)]

#[cfg(feature = "compiler")]
pub mod compiler;
#[cfg(all(feature = "compiler", any(target_arch = "wasm32", test)))]
mod memory;
#[cfg(feature = "compiler")]
mod problem;
pub mod reader;
#[cfg(feature = "compiler")]
mod target;
#[cfg(feature = "tools")]
pub mod tools;

/// The reader has nothing that panics; what the compiler cannot prove traps without a message, an allocator, formatting.
#[cfg(all(target_arch = "wasm32", not(feature = "compiler")))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
