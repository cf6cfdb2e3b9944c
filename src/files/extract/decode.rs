//! Decodes texts in any encoding, and their escapes.

use std::borrow::Cow;

use crate::text::FEWEST;

/// Returns whether bytes are text in any known encoding.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let text = decoded(bytes);
    let is_strange =
        |c: char| ('\u{80}'..'\u{A0}').contains(&c) || c == char::REPLACEMENT_CHARACTER;
    !has_controls(&text) && !text.contains(is_strange)
}

/// Returns whether a text has control characters that text files do not have. The end-of-file mark
/// of DOS is allowed.
pub(super) fn has_controls(text: &str) -> bool {
    text.bytes().any(|b| b < b' ' && !b"\t\n\x0B\x0C\r\x1A\x1B".contains(&b))
}

/// Decodes a text as UTF-8 or UTF-16, or else as the legacy encoding of Thai Windows.
pub(super) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, from)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[from..]).0;
    }
    if let Some(text) = decoded_utf16(bytes) {
        return Cow::Owned(text);
    }
    let is_utf8 = simdutf8::basic::from_utf8(bytes).is_ok();
    let encoding = if is_utf8 { encoding_rs::UTF_8 } else { encoding_rs::WINDOWS_874 };
    encoding.decode_without_bom_handling(bytes).0
}

/// Decodes UTF-16 without a byte order mark, Thai or Latin. Digits, separators and line ends
/// contain a zero byte there, which no other encoding has.
fn decoded_utf16(bytes: &[u8]) -> Option<String> {
    memchr::memchr(0, bytes)?;
    let (pairs, _) = bytes.as_chunks::<2>();
    let zeros = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count();
    let encoding = if zeros(1) >= zeros(0) { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE };
    let text =
        encoding.decode_without_bom_handling_and_without_replacement(pairs.as_flattened())?;
    let is_usual =
        |c: &char| matches!(c, ..'\u{250}' | '\u{E00}'..='\u{E7F}' | '\u{2000}'..='\u{2BFF}');
    let (usual, all) = (text.chars().filter(is_usual).count(), text.chars().count());
    (usual * 10 >= all * 9 && !has_controls(&text)).then(|| text.into_owned())
}

/// Resolves escapes such as `\u0E01`.
pub(super) fn with_letters(text: &str) -> Cow<'_, str> {
    if !text.contains("\\u") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split("\\u");
    out.push_str(pieces.next().unwrap_or(""));
    for piece in pieces {
        let digits = piece.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let letter = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match letter.and_then(char::from_u32) {
            // A line end here would shift the numbers of the following lines.
            Some(letter) => {
                out.push(if letter.is_control() { ' ' } else { letter });
                out.push_str(&piece[4..]);
            }
            None => out.extend(["\\u", piece]),
        }
    }
    Cow::Owned(out)
}

/// A text of a data file with full stops in place of the fractions of decimals, as coordinates have them.
pub(super) fn without_fractions(text: &str) -> Cow<'_, str> {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut out = String::new();
    let mut from = 0;
    for (dot, _) in text.match_indices('.') {
        let whole = text[..dot].trim_end_matches(is_digit);
        let fraction = &text[dot + 1..];
        let after = fraction.trim_start_matches(is_digit);
        let count = fraction.len() - after.len();
        let before = whole.strip_suffix('-').unwrap_or(whole).trim_end();
        let begins = before.is_empty()
            || before.ends_with([',', ';', ':', '[', '(', '"', '\'', '.'])
            || before.ends_with(is_digit);
        let after = after.trim_start();
        let ends = after.is_empty()
            || after.starts_with([',', ';', ']', ')', '}', '"', '\'', '-'])
            || after.starts_with(is_digit);
        if count >= FEWEST && whole.len() < dot && begins && ends {
            out.push_str(&text[from..=dot]);
            out.extend(std::iter::repeat_n('.', count));
            from = dot + 1 + count;
        }
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}
