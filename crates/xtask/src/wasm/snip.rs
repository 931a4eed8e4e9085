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
    Ok(module.emit_wasm())
}

fn is_panic(mangled: &str) -> bool {
    let name = format!("{:#}", rustc_demangle::demangle(mangled));
    PANICS.iter().any(|start| name.trim_start_matches('<').starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::is_panic;

    #[test]
    fn panics_are_known_by_name() {
        assert!(is_panic("_ZN4core9panicking9panic_fmt17h0123456789abcdefE"));
        assert!(!is_panic("_ZN3std9panicking11panic_count17is_zero_slow_path17h0123456789abcdefE"));
        assert!(!is_panic("decide"));
    }
}
