//! Finds cells in a text.

use std::ops::Range;

/// Returns the range of a cell in a text, from the byte at which its row begins. Beyond the last cell it is the end
/// of the row.
pub(super) fn cell_range(text: &str, row: usize, delimiter: u8, column: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut start, mut left) = (row, row, column);
    let mut is_quoted = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' if is_quoted || at == start => is_quoted = !is_quoted,
            b'"' if at > 0 && bytes[at - 1] == b'"' => is_quoted = !is_quoted,
            b'\r' | b'\n' if !is_quoted => break,
            _ if *byte == delimiter && !is_quoted && left == 0 => break,
            _ if *byte == delimiter && !is_quoted => {
                left -= 1;
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    if left > 0 { at..at } else { start..at }
}
