//! Prefix codes: the lengths of the words, and the words.

/// The lengths of the best code's words, none longer than `limit`; 0 for what does not occur. By package-merge.
pub(crate) fn lengths<const N: usize>(counts: &[u32; N], limit: usize) -> [u8; N] {
    let mut lengths = [0; N];
    let mut used: Vec<(u32, usize)> =
        counts.iter().enumerate().filter(|&(_, &count)| count > 0).map(|(symbol, &count)| (count, symbol)).collect();
    used.sort_unstable();
    if let [(_, only)] = used[..] {
        lengths[only] = 1;
        return lengths;
    }
    // Each level merges the symbols with pairs of the level below it; of an item only its weight counts, and what it is.
    let mut levels: Vec<Vec<bool>> = Vec::with_capacity(limit);
    let mut weights: Vec<u32> = Vec::new();
    for _ in 0..limit {
        let mut merged = Vec::with_capacity(2 * used.len());
        let mut is_symbol = Vec::with_capacity(2 * used.len());
        let mut symbols = used.iter().map(|&(count, _)| count).peekable();
        let mut pairs = weights.chunks_exact(2).map(|pair| pair.iter().sum::<u32>()).peekable();
        loop {
            let symbol_first = match (symbols.peek(), pairs.peek()) {
                (Some(symbol), Some(pair)) => symbol <= pair,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => break,
            };
            merged.extend(if symbol_first { symbols.next() } else { pairs.next() });
            is_symbol.push(symbol_first);
        }
        weights = merged;
        levels.push(is_symbol);
    }
    // A symbol's word has a bit for each level where the symbol is among the cheapest.
    let mut items = 2 * used.len().saturating_sub(1);
    for level in levels.iter().rev() {
        let symbols = level[..items].iter().filter(|&&is_symbol| is_symbol).count();
        for &(_, symbol) in &used[..symbols] {
            lengths[symbol] += 1;
        }
        items = 2 * (items - symbols);
    }
    lengths
}

/// The words of a code by their lengths, RFC 1951 §3.2.2, with their first bit lowest, as they are written.
pub(crate) fn words<const N: usize>(lengths: &[u8; N]) -> [u16; N] {
    let mut next = [0u16; 16];
    for length in 1..16 {
        let shorter = lengths.iter().filter(|&&other| other > 0 && usize::from(other) == length - 1).count() as u16;
        next[length] = (next[length - 1] + shorter) << 1;
    }
    lengths.map(|length| {
        if length == 0 {
            return 0;
        }
        let word = next[usize::from(length)];
        next[usize::from(length)] += 1;
        word.reverse_bits() >> (16 - length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 1951 §3.2.2: A to H.
    #[test]
    fn words_are_those_of_the_specification() {
        let lengths = [3u8, 3, 3, 3, 3, 2, 4, 4];
        let shown = lengths.into_iter().zip(words(&lengths)).map(|(length, word)| {
            (0..length).map(|bit| if word >> bit & 1 == 1 { '1' } else { '0' }).collect::<String>()
        });
        assert_eq!(shown.collect::<Vec<_>>(), ["010", "011", "100", "101", "110", "00", "1110", "1111"]);
    }

    /// By hand: the Fibonacci numbers make the deepest tree; a limit makes it wider.
    #[test]
    fn lengths_are_the_best_within_the_limit() {
        assert_eq!(lengths(&[1, 1, 2, 3, 5, 8], 15), [5, 5, 4, 3, 2, 1]);
        assert_eq!(lengths(&[1, 1, 2, 3, 5, 8], 3), [3, 3, 3, 3, 2, 2]);
        assert_eq!(lengths(&[0, 7, 0], 15), [0, 1, 0]);
        assert_eq!(lengths(&[0, 0], 15), [0, 0]);
        assert_eq!(lengths(&[4, 0, 4], 15), [1, 0, 1]);
    }
}
