//! The macro that numbers of the format are defined with, where JavaScript needs them too.

/// A number of the format, as `cargo xtask build` writes it for TypeScript.
pub struct Number {
    /// Its name, in both languages.
    pub name: &'static str,
    /// Its documentation, a line each.
    pub about: &'static [&'static str],
    /// What it is.
    pub value: u32,
}

/// Defines constants, and a table that lists them all: a constant cannot be missing there.
macro_rules! numbers {
    ($table:ident: $($(#[doc = $about:literal])* pub const $name:ident: $kind:ty = $value:expr;)*) => {
        $($(#[doc = $about])* pub const $name: $kind = $value;)*
        /// All of these.
        pub const $table: &[$crate::numbers::Number] = &[$($crate::numbers::Number {
            name: stringify!($name),
            about: &[$($about),*],
            value: $name as u32,
        }),*];
    };
}
