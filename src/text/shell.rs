//! Words of commands that people copy into a shell.

use std::borrow::Cow;

/// Returns a word as a POSIX shell reads it: in quotation marks if it has signs with a meaning there.
pub(crate) fn shell_word(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || "/._-+,:@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) && !word.contains(char::is_whitespace) {
        return word.into();
    }
    format!("'{}'", word.replace('\'', r"'\''")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_signs_are_quoted() {
        for (word, quoted) in [
            ("content/ข่าว/a-b_2.md", "content/ข่าว/a-b_2.md"),
            ("my portal", "'my portal'"),
            ("a$b", "'a$b'"),
            ("it's", r"'it'\''s'"),
            ("a\u{a0}b", "'a\u{a0}b'"),
        ] {
            assert_eq!(shell_word(word), quoted);
        }
    }
}
