//! Pages: which file a path without a suffix means, and whether it ends with a slash.

use crate::layout::{self, meta, place};
use crate::lookup::Matcher;
use crate::outcome::{Outcome, Refusal};
use crate::pass::Pass;
use crate::path;
use crate::redirect::join_query;
use crate::span::Span;
use crate::template::collapse;
use crate::work::Work;

impl Pass {
    /// `[matcher, listed, index ops, index, length, clean ops, clean, length]`
    pub(crate) fn html(&mut self, work: &mut Work<'_>, at: u32) -> Outcome {
        self.is_page()?;
        let plan = work.plan;
        let path = self.path;
        if is_file(work, at, path) {
            return Err(Refusal::File);
        }
        if !Matcher::new(plan.word(at, 0)).any(work, path) {
            return Err(Refusal::Pattern);
        }
        let which = if work.get(path).ends_with(b"/") { 2 } else { 5 };
        let ops = plan.word(at, which);
        if ops == 0 {
            return Err(Refusal::Nothing);
        }
        let name = Span::plan(plan.word(at, which + 1), plan.word(at, which + 2));
        let mark = work.mark();
        work.push_span(path);
        work.push_span(name);
        self.path = work.since(mark);
        if let Some(uri) = self.uri {
            let mark = work.mark();
            work.push_span(uri);
            work.push_span(name);
            self.uri = Some(work.since(mark));
        } else {
            self.appended = Some((ops, name));
        }
        Ok(())
    }

    /// A page can have another name: GET or HEAD, and no other rule said where it is.
    fn is_page(&self) -> Outcome {
        match self.routed {
            true => Err(Refusal::Routed),
            false if self.is_get() => Ok(()),
            false => Err(Refusal::Method),
        }
    }

    /// `[matcher, listed, ops, add, n, n × matcher of origins and rewrites]`
    pub(crate) fn trailing_slash(&mut self, work: &mut Work<'_>, at: u32) -> Outcome {
        let plan = work.plan;
        let path = self.path;
        let text = work.get(path);
        let has = text.ends_with(b"/");
        let add = plan.word(at, 3) != 0;
        if text.len() <= 1 || has == add {
            return Err(Refusal::Nothing);
        }
        self.is_page()?;
        let shorter = if has { path.without(1) } else { path };
        if is_file(work, at, shorter) {
            return Err(Refusal::File);
        }
        if work.get(shorter).ends_with(b"/") {
            return Err(Refusal::Slashes);
        }
        if path::has_dots(work.get(shorter)) {
            return Err(Refusal::Dots);
        }
        if !Matcher::new(plan.word(at, 0)).any(work, path) {
            return Err(Refusal::Pattern);
        }
        for n in 0..work.count(at, 4) {
            if Matcher::new(plan.word(at, 5 + n)).concerns(work, path) {
                return Err(Refusal::Routed);
            }
        }
        let mark = work.mark();
        let (text, mut out) = work.read(shorter);
        crate::encode::encode(text, place::PATH, true, &mut out);
        if add {
            out.push(b'/');
        }
        let to = work.since(mark);
        let to = collapse(work, to);
        let location = join_query(work, to, self.query, meta::KEEP_QUERY);
        work.emit(plan.word(at, 2));
        work.emit_text(plan.word_at(layout::LOCATION_OP), location);
        self.answered = true;
        Ok(())
    }
}

/// Whether the path names a file, not a page: its last segment has a dot. The second word of a record is a matcher of the
/// paths for which the site's list says otherwise; 0 where there are none.
fn is_file(work: &mut Work<'_>, at: u32, path: Span) -> bool {
    let last = work.get(path).rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let (plain, named) = (last.iter().all(|byte| *byte != b'.'), !last.is_empty());
    let otherwise = work.plan.word(at, 1);
    named && plain == (otherwise != 0 && Matcher::new(otherwise).any(work, path))
}
