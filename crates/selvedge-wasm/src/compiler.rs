//! Rules in, plan or diagnostics out: texts that the caller writes into memory, and texts that it reads there.
//!
//! One instance compiles once, and its memory goes with it: what comes out is never freed.
#![allow(unsafe_code)] // Memory that JavaScript writes to can only be reached through its address.

use core::cell::UnsafeCell;

use selvedge::internal::compile_value;
use selvedge::{Key, Value};

use crate::problem::Problem;
use crate::target::target;

/// Where a text is, and how many bytes it has.
#[repr(C)]
pub struct Span(*const u8, usize);

impl Span {
    fn leaked(text: impl Into<Vec<u8>>) -> Span {
        let text = text.into().leak();
        Span(text.as_ptr(), text.len())
    }
}

struct Border {
    texts: Vec<Vec<u8>>,
    outcome: Vec<Span>,
}

struct Only(UnsafeCell<Border>);

// SAFETY: an instance of WebAssembly without threads runs one call at a time, and no call calls back.
unsafe impl Sync for Only {}

static BORDER: Only = Only(UnsafeCell::new(Border { texts: Vec::new(), outcome: Vec::new() }));

fn border() -> &'static mut Border {
    // SAFETY: see `Sync` above; each export takes the reference once.
    unsafe { &mut *BORDER.0.get() }
}

/// Makes room for the next text, of `len` bytes, and returns where the caller must write it: the rules as JSON, the
/// platform, the key, since nothing is random in here, and each fact that the adapter also hands over (`country`,
/// `device`). All in UTF-8.
#[unsafe(no_mangle)]
pub extern "C" fn compile_text(len: usize) -> *mut u8 {
    let mut text = vec![0; len];
    let at = text.as_mut_ptr();
    border().texts.push(text);
    at
}

/// Compiles the texts. Returns how many problems there are; see [`compile_outcome`].
#[unsafe(no_mangle)]
pub extern "C" fn compile() -> usize {
    let border = border();
    let texts = core::mem::take(&mut border.texts);
    let texts: Vec<&str> = texts.iter().map(|text| core::str::from_utf8(text).unwrap_or_default()).collect();
    let [rules, platform, key, facts @ ..] = texts.as_slice() else { return 0 };
    let outcome = plan(rules, platform, key, facts);
    let problems = outcome.as_ref().map_or_else(Vec::len, |_| 0);
    border.outcome = match outcome {
        Ok(plan) => vec![Span::leaked(plan)],
        Err(problems) => {
            let texts = problems.into_iter().flat_map(|wrong| [wrong.place, wrong.message, wrong.help]);
            texts.map(Span::leaked).collect()
        }
    };
    problems
}

/// Where what came out is, by addresses and lengths: the plan, or place, message and help of each problem.
#[unsafe(no_mangle)]
pub extern "C" fn compile_outcome() -> *const Span {
    border().outcome.as_ptr()
}

fn plan(rules: &str, platform: &str, key: &str, facts: &[&str]) -> Result<Vec<u8>, Vec<Problem>> {
    let target = target(platform, facts).map_err(|unknown| [unknown])?;
    let value = read(rules).map_err(|invalid| [invalid])?;
    let key = Key::new(key)
        .map_err(|short| [Problem::new("key", short.to_string(), "take a longer text, and keep it secret".into())])?;
    compile_value(&value, target.with_key(key)).map_err(Problem::all)
}

/// Rules cross as one text: member by member, 100,000 redirects take two to three times as long.
fn read(text: &str) -> Result<Value, Problem> {
    Value::from_json(text).map_err(|invalid| {
        let (line, column) = invalid.position();
        let place = format!("line {line}, column {column}");
        Problem::new(&place, ["not valid JSON: ", invalid.message()].concat(), String::new())
    })
}
