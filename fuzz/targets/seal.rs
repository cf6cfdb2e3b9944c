//! Whatever is put into a sealed item: what has the same statement, or a seal that holds, says the same.
//! The first byte chooses the item. Each part, up to a byte 0xFF, says where (in two bytes: the highest
//! bits for the end of a line, or of a line of `seal` or `withdrawn`) and what.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prakat_fuzz::SEALED;

fuzz_target!(|data: &[u8]| {
    let Some((item, parts)) = data.split_first() else { return };
    let text = &SEALED.texts[usize::from(*item) % SEALED.texts.len()];
    let mut edited = text.clone().into_bytes();
    for part in parts.split(|byte| *byte == 0xFF) {
        let [high, low, what @ ..] = part else { continue };
        let place = usize::from(*high & 0x3F) << 8 | usize::from(*low);
        let at = place_in(&edited, high >> 6, place);
        edited.splice(at..at, what.iter().copied());
    }
    let Some((signed, first, true)) = SEALED.statement(text.as_bytes()) else {
        panic!("the seal does not hold")
    };
    if let Some((statement, said, holds)) = SEALED.statement(&edited) {
        let shown = String::from_utf8_lossy(&edited);
        assert!(said == first || (statement != signed && !holds), "{shown}");
    }
});

/// Where something is put in.
fn place_in(text: &[u8], how: u8, place: usize) -> usize {
    let end_of_line = |from: usize| {
        text[from..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| from + at)
    };
    let keys: Vec<usize> = [&b"\nseal:"[..], b"\nwithdrawn:", b"\n  reason:"]
        .iter()
        .filter_map(|key| text.windows(key.len()).position(|window| window == *key))
        .collect();
    let anywhere = place % (text.len() + 1);
    let key = keys.get(place % keys.len().max(1)).map_or(anywhere, |at| at + 1);
    match how {
        0 => anywhere,
        1 => end_of_line(anywhere),
        2 => end_of_line(key),
        _ => key,
    }
}
