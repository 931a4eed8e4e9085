//! Takes the wording of panics out of a wasm module.
//!
//! In these artifacts a panic is a trap: they abort, and wasm32-unknown-unknown has nowhere to print to. What words the
//! message stays linked all the same, since std comes compiled with it. Here the functions that begin a panic become the
//! trap they end in, and wasm-opt removes what only they had called; wasm-snip does it in the same way.

use anyhow::Result;
use walrus::{FunctionBuilder, FunctionKind, ModuleConfig};

/// Functions that never return, or that only those call, by the beginning of their names.
const PANICS: [&str; 14] = [
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "core::cell::panic_already",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::panicking::",
    "core::result::unwrap_failed",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_index_fail",
    "core::str::slice_error_fail",
    "std::alloc::rust_oom",
    "std::panicking::panic_handler",
    "std::panicking::panic_with_hook",
];

/// The module with traps for panics; its functions need their names.
pub(super) fn panics(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = ModuleConfig::new().generate_producers_section(false).parse(wasm)?;
    let named = module.funcs.iter_local().map(|(id, _)| (id, module.funcs.get(id).name.as_deref().unwrap_or_default()));
    let panics: Vec<_> = named.filter(|(_, name)| is_panic(name)).map(|(id, _)| id).collect();
    for id in panics {
        let (params, results) = module.types.params_results(module.funcs.get(id).ty());
        let (params, results) = (params.to_vec(), results.to_vec());
        let mut trap = FunctionBuilder::new(&mut module.types, &params, &results);
        trap.func_body().unreachable();
        let params = params.iter().map(|kind| module.locals.add(*kind)).collect();
        module.funcs.get_mut(id).kind = FunctionKind::Local(trap.local_func(params));
    }
    let data: Vec<_> = module.data.iter().map(|data| data.id()).collect();
    for id in data {
        let data = &mut module.data.get_mut(id).value;
        blank_places(data);
        blank_messages(data);
    }
    Ok(module.emit_wasm())
}

/// Blanks the paths of source files, which only panics speak of; wasm-opt then leaves the blanks out.
fn blank_places(data: &mut [u8]) {
    const ROOTS: [&[u8]; 4] = [b"/rustc/", b"/rust/deps/", b"/deps/", b"crates/selvedge"];
    const LONGEST: usize = 160;
    let mut at = 0;
    while let Some(rest) = data.get_mut(at..).filter(|rest| !rest.is_empty()) {
        at += 1;
        if !ROOTS.iter().any(|root| rest.starts_with(root)) {
            continue;
        }
        let end = rest.windows(3).take(LONGEST).position(|window| window == b".rs");
        let path = end.and_then(|end| rest.get_mut(..end + 3));
        if let Some(path) = path.filter(|path| path.iter().all(u8::is_ascii_graphic)) {
            path.fill(0);
        }
    }
}

fn is_panic(mangled: &str) -> bool {
    let name = format!("{:#}", rustc_demangle::demangle(mangled));
    PANICS.iter().any(|start| name.trim_start_matches('<').starts_with(start))
}

/// Blanks what core's own panics say; nothing else says it.
fn blank_messages(data: &mut [u8]) {
    const MESSAGES: [&str; 13] = [
        " but ends at ",
        " but the index is ",
        " index out of bounds: the len is ",
        " is not a char boundary; it is inside ",
        " is out of bounds of `",
        " out of range for slice of length ",
        "assertion `left ",
        "cannot access a Thread Local Storage value during or after destruction: ",
        "end byte index ",
        "range end index ",
        "range start index ",
        "slice index starts at ",
        "start byte index ",
    ];
    for message in MESSAGES {
        while let Some(at) = data.windows(message.len()).position(|window| window == message.as_bytes())
            && let Some(found) = data.get_mut(at..at + message.len())
        {
            found.fill(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{blank_places, is_panic};

    #[test]
    fn places_are_blanked_and_nothing_else() {
        let mut data = *b"a/rustc/1/core/slice.rsb /rustc/ not a path .rs crates/selvedge/x.rs.";
        blank_places(&mut data);
        assert_eq!(data.split(|byte| *byte == 0).next(), Some(&b"a"[..]));
        let left: Vec<u8> = data.into_iter().filter(|byte| *byte != 0).collect();
        assert_eq!(left, b"ab /rustc/ not a path .rs .");
    }

    #[test]
    fn panics_are_known_by_name() {
        assert!(is_panic("_ZN4core9panicking9panic_fmt17h0123456789abcdefE"));
        assert!(!is_panic("_ZN3std9panicking11panic_count17is_zero_slow_path17h0123456789abcdefE"));
        assert!(!is_panic("decide"));
    }
}
