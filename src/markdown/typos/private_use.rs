//! Characters for private use. Old Thai fonts have forms of vowels and tone marks there, for tall and
//! for deep consonants, and PDF files made with such fonts give them back as text.

/// The letters of U+F700 to U+F71A, in the fonts of Windows.
const OF_WINDOWS: [char; 27] = [
    '\u{E10}', '\u{E34}', '\u{E35}', '\u{E36}', '\u{E37}', '\u{E48}', '\u{E49}', '\u{E4A}',
    '\u{E4B}', '\u{E4C}', '\u{E48}', '\u{E49}', '\u{E4A}', '\u{E4B}', '\u{E4C}', '\u{E0D}',
    '\u{E31}', '\u{E4D}', '\u{E47}', '\u{E48}', '\u{E49}', '\u{E4A}', '\u{E4B}', '\u{E4C}',
    '\u{E38}', '\u{E39}', '\u{E3A}',
];

/// The letters of U+F884 to U+F89E, in the fonts of the Macintosh.
const OF_MACINTOSH: [char; 27] = [
    '\u{E31}', '\u{E34}', '\u{E35}', '\u{E36}', '\u{E37}', '\u{E47}', '\u{E48}', '\u{E48}',
    '\u{E48}', '\u{E49}', '\u{E49}', '\u{E49}', '\u{E4A}', '\u{E4A}', '\u{E4A}', '\u{E4B}',
    '\u{E4B}', '\u{E4B}', '\u{E4C}', '\u{E4C}', '\u{E4C}', '\u{E4D}', '\u{E0D}', '\u{E38}',
    '\u{E39}', '\u{E3A}', '\u{E10}',
];

/// Returns the letter that a character stands for in old Thai fonts.
pub(super) fn real_letter(c: char) -> Option<char> {
    let (letters, first): (&[char], char) = match c {
        '\u{F700}'..='\u{F71A}' => (&OF_WINDOWS, '\u{F700}'),
        '\u{F884}'..='\u{F89E}' => (&OF_MACINTOSH, '\u{F884}'),
        _ => return None,
    };
    letters.get(c as usize - first as usize).copied()
}

/// Returns whether a character has no meaning outside of a certain font.
pub(super) fn is_private_use(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}')
}

/// Returns whether a character belongs to a font of symbols, from which Word takes its bullets.
pub(super) fn is_bullet(c: char) -> bool {
    matches!(c, '\u{F020}'..='\u{F0FF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_old_fonts_are_letters() {
        for (form, letter) in [
            ('\u{F700}', 'ฐ'),
            ('\u{F701}', 'ิ'),
            ('\u{F703}', 'ึ'),
            ('\u{F704}', 'ื'),
            ('\u{F705}', '่'),
            ('\u{F70A}', '่'),
            ('\u{F70E}', '์'),
            ('\u{F70F}', 'ญ'),
            ('\u{F710}', 'ั'),
            ('\u{F711}', 'ํ'),
            ('\u{F712}', '็'),
            ('\u{F713}', '่'),
            ('\u{F717}', '์'),
            ('\u{F718}', 'ุ'),
            ('\u{F71A}', 'ฺ'),
            ('\u{F884}', 'ั'),
            ('\u{F889}', '็'),
            ('\u{F88A}', '่'),
            ('\u{F88D}', '้'),
            ('\u{F890}', '๊'),
            ('\u{F893}', '๋'),
            ('\u{F898}', '์'),
            ('\u{F899}', 'ํ'),
            ('\u{F89B}', 'ุ'),
            ('\u{F89E}', 'ฐ'),
        ] {
            assert_eq!(real_letter(form), Some(letter), "{form:?}");
        }
        assert_eq!(real_letter('\u{F71B}'), None);
    }
}
