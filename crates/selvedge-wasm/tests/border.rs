//! The border from the inside: `wasm-pack test --node`. What JavaScript makes of it is tested on the built package.
#![cfg(all(target_arch = "wasm32", feature = "compiler"))]
#![allow(missing_docs, unsafe_code, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use selvedge_wasm::{compiler, reader};
use wasm_bindgen_test::wasm_bindgen_test;

const KEY: &str = "sixteen letters!";

const RULES: &str = r#"{
    "redirects": [{ "from": "/old/*", "to": "/new/:splat" }],
    "headers": [{ "for": "/*", "remove": ["x-amz-meta-*"], "append": { "Vary": "Origin" } }]
}"#;

/// Writes to an address that the reader gave.
fn write(at: u32, bytes: &[u8]) {
    // SAFETY: the reader made room for as many bytes there.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), at as *mut u8, bytes.len()) }
}

fn read(at: u32, len: u32) -> String {
    // SAFETY: the reader put out this piece of its memory.
    let bytes = unsafe { std::slice::from_raw_parts(at as *const u8, len as usize) };
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn word(at: u32) -> u32 {
    // SAFETY: a word that the reader put out.
    unsafe { *(at as *const u32) }
}

/// The plan of rules, or place, message and help of each problem.
fn compile(rules: &str) -> Result<Vec<u8>, Vec<String>> {
    for text in [rules, "cloudfront", KEY] {
        write(compiler::compile_text(text.len()) as u32, text.as_bytes());
    }
    let problems = compiler::compile();
    let spans = compiler::compile_outcome() as u32;
    let text = |n: u32| read(word(spans + 8 * n), word(spans + 8 * n + 4));
    if problems > 0 {
        return Err((0..3 * problems as u32).map(text).collect());
    }
    // SAFETY: the compiler put out this piece of its memory.
    Ok(unsafe { std::slice::from_raw_parts(word(spans) as *const u8, word(spans + 4) as usize) }.to_vec())
}

fn load(rules: &str) -> u32 {
    let plan = compile(rules).unwrap();
    write(reader::plan_reserve(plan.len() as u32), &plan);
    reader::plan_load(plan.len() as u32)
}

fn decide(stage: u32, text: &str, status: u32) -> u32 {
    write(reader::input(text.len() as u32), text.as_bytes());
    reader::decide(stage, text.len() as u32, 0, status)
}

/// Offset of the first op with this code in the op list at `list` of a plan.
fn op(plan: &[u8], list: u32, code: u32) -> u32 {
    let word = |at: u32| u32::from_le_bytes(plan[at as usize..at as usize + 4].try_into().unwrap());
    (0..word(list)).map(|n| list + 4 + 20 * n).find(|at| word(*at) & 0xFF == code).unwrap()
}

#[wasm_bindgen_test]
fn a_redirect_comes_out_as_words_and_text() {
    assert_eq!(load(RULES), 0);
    let decision = decide(0, "/old/a/b\0", 0);
    assert_eq!(decision, 0x8000_0004, "an op list, an op, its text's address and length");
    let words = reader::output();
    assert_eq!(read(word(words + 8), word(words + 12)), "/new/a/b");
    assert_eq!(decide(0, "/elsewhere\0", 0) & 0x8000_0000, 0, "nothing but a constant outcome");
}

#[wasm_bindgen_test]
fn a_header_rule_is_one_constant_and_its_questions_are_answered() {
    assert_eq!(load(RULES), 0);
    let plan = compile(RULES).unwrap();
    let list = decide(2, "", 200);
    assert!(list > 0 && list < 0x8000_0000);
    let ask = |op: u32, text: &str| {
        write(reader::input(text.len() as u32), text.as_bytes());
        reader::ask(op, text.len() as u32)
    };
    let wildcard = op(&plan, list, 9);
    assert_eq!(ask(wildcard, "x-amz-meta-owner"), 1);
    assert_eq!(ask(wildcard, "content-type"), 0);
    let vary = op(&plan, list, 13);
    assert_eq!(ask(vary, "Accept-Encoding"), 1);
    assert_eq!(read(word(reader::output()), word(reader::output() + 4)), "Accept-Encoding, Origin");
    assert_eq!(ask(vary, "origin"), 0);
}

#[wasm_bindgen_test]
fn memory_grows_for_a_long_path() {
    assert_eq!(load(RULES), 0);
    let text = format!("/old/{}\0", "é".repeat(100_000));
    let mut decision = decide(0, &text, 0);
    for _ in 0..10 {
        if decision != 0xFFFF_FFFF {
            break;
        }
        reader::grow();
        decision = decide(0, &text, 0);
    }
    assert_eq!(decision, 0x8000_0004);
    let words = reader::output();
    assert_eq!(word(words + 12), "/new/".len() as u32 + 6 * 100_000);
}

#[wasm_bindgen_test]
fn wrong_rules_come_out_as_a_list_of_problems() {
    let problems = compile(r#"{ "redirects": [{ "form": "/a", "from": "/a", "to": "/b" }] }"#).unwrap_err();
    assert_eq!(problems, ["redirects[0].form", "unknown field", "did you mean \"from\"?"]);
}

#[wasm_bindgen_test]
fn a_plan_that_was_altered_is_refused() {
    let mut plan = compile(RULES).unwrap();
    let last = plan.len() - 1;
    plan[last] ^= 1;
    write(reader::plan_reserve(plan.len() as u32), &plan);
    assert_eq!(reader::plan_load(plan.len() as u32), 4);
    assert_eq!(reader::plan_load(last as u32), 3);
}
