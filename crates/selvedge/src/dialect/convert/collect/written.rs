//! What a file of the same vendor says, which stands as it is.

use super::Collector;
use crate::dialect::convert::lines;
use crate::dialect::written::{Block, Redirect, Written};
use crate::dialect::{Form, Options, parse};

impl Collector<'_> {
    /// The lines and blocks of the file. Lines cannot say all that tables say: what does not come back from one is left out.
    pub(super) fn written(&mut self) {
        let title = self.dialect.title();
        for (span, line) in &self.parsed.written.lines {
            if self.tables || self.comes_back(line) {
                self.out.redirects.push(line.clone());
                continue;
            }
            let without_headers = Redirect { headers: Vec::new(), ..line.clone() };
            let what = if self.comes_back(&without_headers) {
                self.out.redirects.push(without_headers);
                format!("{title} has no request headers in lines; netlify.toml has them")
            } else {
                format!("{title} has no way to say this in a line of _redirects; netlify.toml has it")
            };
            self.left_out_at("", Some(*span), what);
        }
        for (span, block) in &self.parsed.written.blocks {
            let mut block = block.clone();
            if !self.tables {
                let all = block.set.len();
                let alone = |header: &(String, String)| Block { set: vec![header.clone()], ..block.clone() };
                let set = block.set.iter().filter(|header| self.is_block(&alone(header))).cloned().collect();
                block.set = set;
                if block.set.len() < all {
                    let what = format!("{title} has no way to say this in a line of _headers; netlify.toml has it");
                    self.left_out_at("", Some(*span), what);
                }
            }
            if !block.set.is_empty() || !block.remove.is_empty() {
                self.out.headers.push(block);
            }
        }
    }

    fn comes_back(&self, line: &Redirect) -> bool {
        let text = lines::redirect(line, self.dialect.vendor().files_first);
        let written = self.read(&text, Form::Redirects(self.dialect));
        matches!(written.lines.as_slice(), [(_, read)] if *read == Redirect { line: read.line, ..line.clone() })
    }

    fn is_block(&self, block: &Block) -> bool {
        let written = self.read(&lines::block(block), Form::Headers(self.dialect));
        matches!(written.blocks.as_slice(), [(_, read)] if *read == Block { line: read.line, ..block.clone() })
    }

    fn read(&self, text: &str, form: Form) -> Box<Written> {
        parse(text, form, &Options::new()).written
    }
}
