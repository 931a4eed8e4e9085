//! The symbols of RFC 1951 §3.2.5: literals and lengths share an alphabet, distances have their own.

/// Literals, the end of the block, and lengths.
pub(crate) const LITLENS: usize = 286;
/// Distances.
pub(crate) const DISTANCES: usize = 30;
/// The end of a block.
pub(crate) const END: usize = 256;
pub(crate) const MIN_LENGTH: usize = 3;
pub(crate) const MAX_LENGTH: usize = 258;
pub(crate) const MAX_DISTANCE: usize = 32_768;

const FIRST_LENGTHS: [u16; 29] =
    [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

pub(crate) const FIRST_DISTANCES: [u16; DISTANCES] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12289, 16385, 24577,
];

/// The symbol of each length.
const LENGTH_SYMBOLS: [u16; MAX_LENGTH + 1] = {
    let mut symbols = [0; MAX_LENGTH + 1];
    let mut symbol = 0;
    while symbol < FIRST_LENGTHS.len() {
        let mut length = FIRST_LENGTHS[symbol] as usize;
        while length <= MAX_LENGTH {
            symbols[length] = (END + 1 + symbol) as u16;
            length += 1;
        }
        symbol += 1;
    }
    symbols
};

pub(crate) fn length_symbol(length: usize) -> usize {
    LENGTH_SYMBOLS[length].into()
}

/// How many bits follow the symbol of a literal or a length.
pub(crate) const fn litlen_extra(symbol: usize) -> u32 {
    match symbol {
        265..285 => (symbol as u32 - 261) / 4,
        _ => 0,
    }
}

/// The least length of a symbol.
pub(crate) fn first_length(symbol: usize) -> usize {
    FIRST_LENGTHS[symbol - END - 1].into()
}

pub(crate) const fn distance_symbol(distance: usize) -> usize {
    match distance {
        1..5 => distance - 1,
        _ => {
            let log = (distance - 1).ilog2() as usize;
            2 * log + ((distance - 1) >> (log - 1) & 1)
        }
    }
}

/// How many bits follow the symbol of a distance.
pub(crate) const fn distance_extra(symbol: usize) -> u32 {
    match symbol {
        0..4 => 0,
        _ => symbol as u32 / 2 - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_begin_where_the_tables_say() {
        for (symbol, &first) in FIRST_DISTANCES.iter().enumerate() {
            assert_eq!(distance_symbol(first.into()), symbol);
            let last = usize::from(first) + (1 << distance_extra(symbol)) - 1;
            assert_eq!(distance_symbol(last), symbol);
        }
        for symbol in END + 1..LITLENS - 1 {
            let last = first_length(symbol) + (1 << litlen_extra(symbol)) - 1;
            assert_eq!(length_symbol(first_length(symbol)), symbol);
            // 258 has a symbol of its own.
            assert_eq!(length_symbol(last.min(257)), symbol);
        }
        assert_eq!(length_symbol(MAX_LENGTH), 285);
    }
}
