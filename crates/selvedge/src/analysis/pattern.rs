//! Which paths patterns have in common, and whether one takes all of another's.

use crate::compile::{Form, forms};
use crate::rules::{Paths, Pattern, Token};

/// A pattern as a row of symbols, each a set of texts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    symbols: Vec<Symbol>,
    /// Whether a trailing slash of the path counts: where the pattern ends in `*`, or the rule says so.
    open: bool,
    fold: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Symbol {
    Byte(u8),
    /// One character of a segment.
    One,
    /// Characters of a segment, possibly none.
    Some,
    /// Any characters, possibly none.
    Any,
}

impl Shape {
    /// What a pattern matches: one shape or, where it has several forms, as a final `/*` also matches the bare prefix,
    /// all of them. `None` for a regular expression.
    pub(crate) fn of(pattern: &Pattern, fold: bool) -> Option<Vec<Shape>> {
        let mut shapes = Vec::new();
        let mut known = true;
        forms(pattern, &mut |form| match form {
            Form::Exact(path) => shapes.push(Shape { symbols: bytes(path).collect(), open: false, fold }),
            Form::Regex { .. } => known = false,
            Form::Glob { anchored, tokens } => {
                let open = anchored && matches!(tokens.last(), Some(Token::Splat(_)));
                let mut symbols = Vec::new();
                for token in &tokens {
                    match token {
                        Token::Literal(text) => symbols.extend(bytes(text)),
                        Token::Param(_) => symbols.extend([Symbol::Some, Symbol::One, Symbol::Some]),
                        Token::Splat(_) if anchored => symbols.push(Symbol::Any),
                        Token::Splat(_) => symbols.push(Symbol::Some),
                    }
                }
                if anchored {
                    shapes.push(Shape { symbols, open, fold });
                } else {
                    // At any depth: after the first slash of the path, or after a later one.
                    let slash = Symbol::Byte(b'/');
                    for before in [&[slash][..], &[slash, Symbol::Any, slash]] {
                        shapes.push(Shape { symbols: [before, &symbols].concat(), open, fold });
                    }
                }
            }
        });
        if let Pattern::Path { slash: Some(slash), .. } = pattern {
            for shape in shapes.iter_mut().filter(|shape| *slash || !shape.open) {
                shape.symbols.extend(slash.then_some(Symbol::Byte(b'/')));
                shape.open = true;
            }
        }
        known.then_some(shapes)
    }

    /// The paths that a target can lead to: its literal pieces, with anything between them.
    pub(crate) fn target<'t>(pieces: impl IntoIterator<Item = Option<&'t str>>) -> Shape {
        let mut symbols = Vec::new();
        for piece in pieces {
            match piece {
                Some(text) => symbols.extend(bytes(text)),
                None => symbols.push(Symbol::Any),
            }
        }
        Shape { symbols, open: true, fold: false }
    }

    /// The text that every path begins with, in lower case.
    pub(crate) fn prefix(&self) -> Vec<u8> {
        let literal = self.symbols.iter().map_while(|symbol| match symbol {
            Symbol::Byte(byte) => Some(byte.to_ascii_lowercase()),
            _ => None,
        });
        literal.collect()
    }

    /// Whether it has no wildcard.
    pub(crate) fn is_exact(&self) -> bool {
        self.symbols.iter().all(|symbol| matches!(symbol, Symbol::Byte(_)))
    }

    /// The segments in front of the first wildcard, in lower case; all of them if there is none.
    pub(crate) fn segments(&self) -> Vec<u8> {
        let mut prefix = self.prefix();
        if prefix.len() < self.symbols.len() {
            prefix.truncate(prefix.iter().rposition(|byte| *byte == b'/').unwrap_or(0));
        }
        prefix
    }

    /// Whether it certainly matches every path that `other` matches.
    pub(crate) fn covers(&self, other: &Shape) -> bool {
        match (self.open, other.open) {
            (false, true) => false,
            (true, false) => self.contains(other, false) && self.contains(other, true),
            _ => self.contains(other, false),
        }
    }

    /// Runs the symbols of `other`, with a slash after them or not, through this shape as an automaton. One symbol of
    /// `other` stands for many texts, so this may say no where the truth is yes, and never the other way round.
    fn contains(&self, other: &Shape, slash: bool) -> bool {
        let (mut now, mut next) = (vec![false; self.symbols.len() + 1], vec![false; self.symbols.len() + 1]);
        self.reach(&mut now, 0);
        let fold = other.fold;
        for symbol in other.symbols.iter().copied().chain(slash.then_some(Symbol::Byte(b'/'))) {
            next.fill(false);
            for (at, own) in self.symbols.iter().enumerate() {
                if now.get(at) != Some(&true) {
                    continue;
                }
                let segment = symbol != Symbol::Any && symbol != Symbol::Byte(b'/');
                match (own, symbol) {
                    (Symbol::Byte(own), Symbol::Byte(byte)) if self.same(*own, byte, fold) => {
                        self.reach(&mut next, at + 1);
                    }
                    (Symbol::One, Symbol::Byte(_) | Symbol::One) if segment => self.reach(&mut next, at + 1),
                    (Symbol::Some, _) if segment => self.reach(&mut next, at),
                    (Symbol::Any, _) => self.reach(&mut next, at),
                    _ => {}
                }
            }
            std::mem::swap(&mut now, &mut next);
        }
        now.last() == Some(&true)
    }

    fn same(&self, own: u8, other: u8, other_folds: bool) -> bool {
        if self.fold {
            own.eq_ignore_ascii_case(&other)
        } else {
            own == other && !(other_folds && own.is_ascii_alphabetic())
        }
    }

    /// Marks a position, and those after symbols that may be empty.
    fn reach(&self, marks: &mut [bool], mut at: usize) {
        loop {
            if let Some(mark) = marks.get_mut(at) {
                *mark = true;
            }
            match self.symbols.get(at) {
                Some(Symbol::Some | Symbol::Any) => at += 1,
                _ => return,
            }
        }
    }

    /// Whether some path matches both.
    pub(crate) fn meets(&self, other: &Shape) -> bool {
        if self.open == other.open {
            return self.overlaps(&other.symbols, other.fold);
        }
        let (open, closed) = if self.open { (self, other) } else { (other, self) };
        let mut slashed = closed.symbols.clone();
        slashed.push(Symbol::Byte(b'/'));
        open.overlaps(&closed.symbols, closed.fold) || open.overlaps(&slashed, closed.fold)
    }

    /// Whether two rows of symbols have a text in common: both automata at once.
    fn overlaps(&self, other: &[Symbol], fold: bool) -> bool {
        let fold = fold || self.fold;
        let width = other.len() + 1;
        let mut seen = vec![false; (self.symbols.len() + 1) * width];
        let mut open = vec![(0, 0)];
        while let Some((at, there)) = open.pop() {
            match seen.get_mut(at * width + there) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            let (own, its) = (self.symbols.get(at), other.get(there));
            if own.is_none() && its.is_none() {
                return true;
            }
            let (own_loops, its_loops) = (loops(own), loops(its));
            if own_loops {
                open.push((at + 1, there));
            }
            if its_loops {
                open.push((at, there + 1));
            }
            let (Some(own), Some(its)) = (own, its) else { continue };
            let together = match (own, its) {
                (Symbol::Byte(one), Symbol::Byte(two)) if fold => one.eq_ignore_ascii_case(two),
                (Symbol::Byte(one), Symbol::Byte(two)) => one == two,
                (Symbol::Byte(b'/'), wild) | (wild, Symbol::Byte(b'/')) => *wild == Symbol::Any,
                _ => true,
            };
            if together {
                open.push((at + usize::from(!own_loops), there + usize::from(!its_loops)));
            }
        }
        false
    }
}

fn loops(symbol: Option<&Symbol>) -> bool {
    matches!(symbol, Some(Symbol::Some | Symbol::Any))
}

fn bytes(text: &str) -> impl Iterator<Item = Symbol> {
    text.bytes().map(Symbol::Byte)
}

/// Whether `one` certainly matches every path that `other` matches.
pub(crate) fn pattern_covers(one: (&Pattern, bool), other: (&Pattern, bool)) -> bool {
    let Some(wide) = Shape::of(one.0, one.1) else { return one == other };
    match Shape::of(other.0, other.1) {
        Some(narrow) => narrow.iter().all(|narrow| wide.iter().any(|wide| wide.covers(narrow))),
        // All paths begin with a slash.
        None => wide.iter().any(|wide| wide.symbols == [Symbol::Byte(b'/'), Symbol::Any]),
    }
}

/// Whether some path may match both patterns.
pub(crate) fn patterns_meet(one: (&Pattern, bool), other: (&Pattern, bool)) -> bool {
    let (Some(one), Some(other)) = (Shape::of(one.0, one.1), Shape::of(other.0, other.1)) else { return true };
    one.iter().any(|one| other.iter().any(|other| one.meets(other)))
}

/// Whether a rule's paths certainly hold all those of another.
pub(crate) fn paths_cover(wide: &Paths, narrow: &Paths) -> bool {
    let by = |pattern: &Pattern| {
        wide.patterns.iter().any(|one| pattern_covers((one, wide.ignore_case), (pattern, narrow.ignore_case)))
    };
    // What `wide` leaves out must not be a path of `narrow`.
    let left_out = |except: &Pattern| {
        let except = (except, wide.ignore_case);
        narrow.except.iter().any(|own| pattern_covers((own, narrow.ignore_case), except))
            || !narrow.patterns.iter().any(|pattern| patterns_meet((pattern, narrow.ignore_case), except))
    };
    narrow.patterns.iter().all(by) && wide.except.iter().all(left_out)
}

/// Whether some path may be of both rules.
pub(crate) fn paths_meet(one: &Paths, other: &Paths) -> bool {
    let meet = |a: &Pattern| other.patterns.iter().any(|b| patterns_meet((a, one.ignore_case), (b, other.ignore_case)));
    one.patterns.iter().any(meet)
}

/// Whether nothing is left of a rule's paths once its exceptions are taken out.
pub(crate) fn is_empty(paths: &Paths) -> bool {
    let gone = |pattern: &Pattern| {
        let pattern = (pattern, paths.ignore_case);
        paths.except.iter().any(|except| pattern_covers((except, paths.ignore_case), pattern))
    };
    paths.patterns.iter().all(gone)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Engine, Facts, Flow, Platform};

    fn covers(wide: &str, narrow: &str) -> bool {
        pattern_covers((&Pattern::parse(wide).unwrap(), false), (&Pattern::parse(narrow).unwrap(), false))
    }

    fn meet(one: &str, other: &str) -> bool {
        patterns_meet((&Pattern::parse(one).unwrap(), false), (&Pattern::parse(other).unwrap(), false))
    }

    #[test]
    fn covering() {
        for (wide, narrow) in [
            ("/a", "/a/"),
            ("/*", "/"),
            ("/*", "/a/:b"),
            ("/*", "*.css"),
            ("/a/*", "/a"),
            ("/a/*", "/a/b/*"),
            ("/:x", "/a"),
            ("/:x/:y", "/a/b-:c"),
            ("/:x", "/:a-:b"),
            ("*.css", "/a/b.css"),
            ("*.css", "img/*.css"),
            ("/*.css", "/a/:b.css"),
            ("/a*", "/ab*"),
        ] {
            assert!(covers(wide, narrow), "{wide} takes all of {narrow}");
        }
        for (wide, narrow) in [
            ("/a", "/b"),
            ("/a", "/a/*"),
            ("/:x", "/a/b"),
            ("/:x", "/*"),
            ("/a/*", "/ab"),
            ("/a/:x", "/a"),
            ("*.css", "/*.css/b"),
            ("img/*.css", "*.css"),
            ("/a/*/c", "/a/c"),
        ] {
            assert!(!covers(wide, narrow), "{wide} does not take all of {narrow}");
        }
    }

    #[test]
    fn case() {
        let a = Pattern::parse("/a").unwrap();
        let upper = Pattern::parse("/A").unwrap();
        let digit = Pattern::parse("/1").unwrap();
        assert!(pattern_covers((&a, true), (&upper, false)));
        assert!(!pattern_covers((&a, false), (&a, true)));
        assert!(pattern_covers((&digit, false), (&digit, true)));
        assert!(patterns_meet((&a, false), (&upper, true)));
    }

    #[test]
    fn meeting() {
        for (one, other) in
            [("/a/*", "*.css"), ("/:x/b", "/a/:y"), ("/a*", "/ab"), ("/a", "/a/*"), ("/a-:b", "/:c-d"), ("/*", "/")]
        {
            assert!(meet(one, other) && meet(other, one), "{one} and {other}");
        }
        for (one, other) in
            [("/a", "/b"), ("/a/:x", "/a"), ("/:x.css", "/a.js"), ("/a/*", "/b/*"), ("*.css", "/a/*.js")]
        {
            assert!(!meet(one, other) && !meet(other, one), "{one} and {other}");
        }
    }

    /// Whether the engine finds that the pattern matches.
    fn engine(pattern: &str, ignore_case: bool) -> Engine {
        let text = format!(r#"{{ "ignoreCase": {ignore_case}, "responses": [{{ "for": {pattern:?} }}] }}"#);
        Engine::of_model(&crate::rules::testing::rules(&text), Platform::Fetch).unwrap()
    }

    fn matches(engine: &Engine, path: &str) -> bool {
        let (mut request, ()) = http::Request::get(path).body(()).unwrap().into_parts();
        matches!(engine.viewer_request(&mut request, &Facts::new()), Flow::Answer(_))
    }

    /// Patterns of few characters, so that they often have to do with one another.
    fn pattern() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec!["/", "a", "B", "*", ":x", "/a", "/*", "-", ".c"]);
        let text = (prop::bool::weighted(0.8), prop::collection::vec(piece, 1..6));
        let text = text.prop_map(|(anchored, pieces)| {
            let text = pieces.concat();
            if anchored {
                format!("/{}", text.trim_start_matches('/'))
            } else {
                text.trim_start_matches('/').to_owned()
            }
        });
        text.prop_filter("a pattern", |text| Pattern::parse(text).is_ok())
    }

    fn path() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec!["/", "a", "b", "B", "-", ".c", "a/", "/a"]);
        prop::collection::vec(piece, 0..8).prop_map(|pieces| format!("/{}", pieces.concat()))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn the_engine_agrees(
            one in pattern(), other in pattern(), folds in any::<[bool; 2]>(), paths in prop::collection::vec(path(), 60),
        ) {
            let [fold, other_fold] = folds;
            let (a, b) = (Pattern::parse(&one).unwrap(), Pattern::parse(&other).unwrap());
            let covers = pattern_covers((&a, fold), (&b, other_fold));
            let meets = patterns_meet((&a, fold), (&b, other_fold));
            if !covers && meets {
                return Ok(());
            }
            let (own, its) = (engine(&one, fold), engine(&other, other_fold));
            for path in paths {
                let (of_one, of_other) = (matches(&own, &path), matches(&its, &path));
                prop_assert!(!covers || !of_other || of_one, "{} is said to take all of {}, but not {}", one, other, path);
                prop_assert!(meets || !of_one || !of_other, "{} and {} are said to have nothing in common, but {}", one, other, path);
            }
        }
    }
}
