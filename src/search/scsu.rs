//! Encodes text with the Standard Compression Scheme for Unicode (SCSU, UTS #6).
//!
//! A search loads texts, and Thai takes three bytes a letter in UTF-8. With one window for the main
//! script of a text, SCSU takes one.

/// SD0: defines window 0. The next byte is the block of 128 code points that it maps.
const DEFINE_WINDOW: u8 = 0x18;
/// SQU: quotes one UTF-16 code unit.
const QUOTE: u8 = 0x0E;
/// Code points in a block.
const BLOCK: u32 = 0x80;
/// How many blocks are selected by their number alone.
const BLOCKS: usize = 0x68;

/// Encodes a text: ASCII as it is, the block that the text uses most through the window, everything
/// else quoted. The text must not contain control characters other than white space.
pub(super) fn encode(text: &str) -> Vec<u8> {
    let block_of = |c: char| c as u32 / BLOCK;
    let mut uses = [0_u32; BLOCKS];
    for c in text.chars() {
        if let Some(count) = uses.get_mut(block_of(c) as usize) {
            *count += 1;
        }
    }
    let most = (1..BLOCKS).rev().max_by_key(|block| uses[*block]).unwrap_or(1);
    let mut encoded = Vec::with_capacity(text.len());
    if uses[most] > 0 {
        encoded.extend([DEFINE_WINDOW, most as u8]);
    }
    for c in text.chars() {
        if c.is_ascii() {
            encoded.push(c as u8);
        } else if block_of(c) as usize == most {
            encoded.push((BLOCK + c as u32 % BLOCK) as u8);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let [high, low] = unit.to_be_bytes();
                encoded.extend([QUOTE, high, low]);
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_decodes_what_is_encoded() {
        let vectors = include_str!("../../tests/js/vectors.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
        for pair in vectors["pack"].as_array().unwrap() {
            let (text, bytes) = (pair[0].as_str().unwrap(), &pair[1]);
            assert_eq!(serde_json::to_value(encode(text)).unwrap(), *bytes, "{text:?}");
        }
    }
}
