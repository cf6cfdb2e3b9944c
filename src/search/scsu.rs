//! Text in one byte a letter: the Standard Compression Scheme for Unicode (UTS #6), of which a text
//! in one script needs little. Thai takes three bytes a letter in UTF-8, and a search loads texts.

/// Defines window 0 (SD0); the byte after says which block of 128 code points it shows.
const DEFINE_WINDOW: u8 = 0x18;
/// Quotes one unit of UTF-16 (SQU).
const QUOTE: u8 = 0x0E;
/// Code points in a block.
const BLOCK: u32 = 0x80;
/// The blocks that one byte names as their number.
const BLOCKS: usize = 0x68;

/// The text in SCSU: ASCII as it is, the block that the text uses most through a window, anything
/// else quoted. Control characters but white space are not for it.
pub(super) fn pack(text: &str) -> Vec<u8> {
    let block_of = |c: char| c as u32 / BLOCK;
    let mut uses = [0_u32; BLOCKS];
    for c in text.chars() {
        if let Some(count) = uses.get_mut(block_of(c) as usize) {
            *count += 1;
        }
    }
    let most = (1..BLOCKS).rev().max_by_key(|block| uses[*block]).unwrap_or(1);
    let mut packed = Vec::with_capacity(text.len());
    if uses[most] > 0 {
        packed.extend([DEFINE_WINDOW, most as u8]);
    }
    for c in text.chars() {
        if c.is_ascii() {
            packed.push(c as u8);
        } else if block_of(c) as usize == most {
            packed.push((BLOCK + c as u32 % BLOCK) as u8);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let [high, low] = unit.to_be_bytes();
                packed.extend([QUOTE, high, low]);
            }
        }
    }
    packed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_as_the_script_unpacks() {
        let vectors = include_str!("../../tests/js/vectors.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
        for pair in vectors["pack"].as_array().unwrap() {
            let (text, bytes) = (pair[0].as_str().unwrap(), &pair[1]);
            assert_eq!(serde_json::to_value(pack(text)).unwrap(), *bytes, "{text:?}");
        }
    }
}
