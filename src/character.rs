//! Characters that may not stand in a page, a feed or a report.

/// Whether a character may stand in a page, a feed or a report. Refused are control characters
/// but white space (XML 1.0, section 2.2, has no place for them), those that turn the direction of
/// text, and those that Unicode keeps for programs: U+FDD0 to U+FDEF, of which some mark holes while
/// pages are put together, and U+FFFE, U+FFFF.
pub fn may_stand(c: char) -> bool {
    !matches!(c,
        '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{84}'
        | '\u{86}'..='\u{9F}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FFFE}' | '\u{FFFF}')
        && !turns_direction(c)
}

/// Characters that turn the direction of text, so that it reads otherwise than it is (Trojan
/// Source, CVE-2021-42574), and the invisible letters of the tags block.
pub fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}' | '\u{E0000}'..='\u{E007F}')
}
