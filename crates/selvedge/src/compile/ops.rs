//! Op lists: the constant part of what rules do to a message.

use selvedge_plan::layout::op;

use super::writer::Writer;
use crate::rules::NOTE_HEADER;

/// A list of ops under construction.
#[derive(Default)]
pub(super) struct Ops {
    words: Vec<u32>,
}

impl Ops {
    pub(super) fn push(&mut self, code: u32, name: [u32; 2], value: [u32; 2]) {
        self.words.extend(op_words(code, name, value));
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.words.len() / op::WORDS as usize
    }

    /// Writes the list; 0 where it is empty.
    pub(super) fn write(self, writer: &mut Writer) -> u32 {
        if self.words.is_empty() {
            return 0;
        }
        let mut list = vec![self.words.len() as u32 / op::WORDS];
        list.extend(self.words);
        writer.record(list)
    }
}

fn op_words(code: u32, name: [u32; 2], value: [u32; 2]) -> [u32; 5] {
    let ([name_at, name_len], [value_at, value_len]) = (name, value);
    [code, name_at, name_len, value_at, value_len]
}

/// One op on a header, outside of a list: for a value that depends on the request.
pub(super) fn single(writer: &mut Writer, code: u32, name: &str, value: [u32; 2]) -> u32 {
    let name = writer.text(name);
    writer.record(op_words(code, name, value).to_vec())
}

/// A list of one op with a value.
pub(super) fn list_of_one(writer: &mut Writer, code: u32, name: &str, value: &str) -> u32 {
    let mut ops = Ops::default();
    ops.push(code, writer.text(name), writer.text(value));
    ops.write(writer)
}

/// The list of a variant that notes its encoding for the stages that follow.
pub(super) fn noted(writer: &mut Writer, suffix: &str, encoding: &[u8]) -> u32 {
    let note = writer.note(encoding);
    let mut ops = Ops::default();
    ops.push(op::APPEND_URI, [0, 0], writer.text(suffix));
    ops.push(op::SET, writer.text(NOTE_HEADER), note);
    ops.write(writer)
}
