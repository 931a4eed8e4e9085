//! A binary heap in a slice: no allocation, and no worst case that a viewer could choose. (`slice::sort` takes ten times
//! the bytes of WebAssembly, for each type that is sorted.)

/// Sorts ascending; equals may change places.
pub fn sort<T: Copy>(items: &mut [T], less: impl Fn(&T, &T) -> bool) {
    // The greatest on top goes to the end, again and again.
    let greater = |a: &T, b: &T| less(b, a);
    order(items, greater);
    for end in (1..items.len()).rev() {
        swap(items, 0, end);
        sink(items.get_mut(..end).unwrap_or_default(), 0, greater);
    }
}

/// Makes a heap of the items: what comes before all others in the order is the first.
pub(crate) fn order<T: Copy>(items: &mut [T], before: impl Fn(&T, &T) -> bool + Copy) {
    for root in (0..items.len() / 2).rev() {
        sink(items, root, before);
    }
}

/// Lets the item at `root` sink to where it belongs in a heap.
pub(crate) fn sink<T: Copy>(items: &mut [T], mut root: usize, before: impl Fn(&T, &T) -> bool) {
    let is_before =
        |items: &[T], a: usize, b: usize| matches!((items.get(a), items.get(b)), (Some(a), Some(b)) if before(a, b));
    loop {
        let mut child = 2 * root + 1;
        if is_before(items, child + 1, child) {
            child += 1;
        }
        if !is_before(items, child, root) {
            return;
        }
        swap(items, root, child);
        root = child;
    }
}

/// `slice::swap` without its panic, whose message would weigh more than the sort.
fn swap<T: Copy>(items: &mut [T], a: usize, b: usize) {
    if let (Some(&left), Some(&right)) = (items.get(a), items.get(b)) {
        for (at, item) in [(a, right), (b, left)] {
            if let Some(slot) = items.get_mut(at) {
                *slot = item;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts() {
        let mut numbers: Vec<u64> = (0..1000u64).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 50).collect();
        let mut expected = numbers.clone();
        expected.sort_unstable();
        sort(&mut numbers, |a, b| a < b);
        assert_eq!(numbers, expected);
    }
}
