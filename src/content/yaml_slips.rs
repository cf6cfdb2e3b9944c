//! Finds slips in front matter that the YAML parser notices too late, or not at all.

use crate::text::is_odd_space;

/// The keys of YAML's escapes within double quotation marks.
const ESCAPES: &str = "0abtnvfre \t\"/\\N_LPxuU";

/// A character that only looks like one of YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OddSign {
    /// Its offset.
    pub at: usize,
    /// The character.
    pub character: char,
}

impl OddSign {
    /// Returns whether it looks like a colon. Otherwise it looks like a space, or like nothing.
    pub(super) fn is_colon(self) -> bool {
        is_odd_colon(self.character)
    }
}

fn is_odd_colon(c: char) -> bool {
    matches!(c, '：' | '﹕' | '︰' | '∶' | '꞉')
}

/// Returns the first odd space or colon next to the key of a line, in the lines that begin before
/// `until`. YAML takes such a line for a text and notices that only in the next one.
pub(super) fn odd_sign_by_key(yaml: &str, until: usize) -> Option<OddSign> {
    let mut start = 0;
    for line in yaml.split_inclusive('\n') {
        if start > until {
            break;
        }
        if let Some((at, character)) = odd_sign(line.trim_end_matches(['\r', '\n'])) {
            return Some(OddSign { at: start + at, character });
        }
        start += line.len();
    }
    None
}

/// Returns the first odd space or colon next to the key of a line.
pub(super) fn odd_sign(line: &str) -> Option<(usize, char)> {
    let is_odd = |c: char| is_odd_space(c) || is_odd_colon(c);
    let from = line.len() - line.trim_start_matches([' ', '-']).len();
    let rest = &line[from..];
    let key =
        rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    if line.starts_with('#') || (key == 0 && !rest.starts_with(is_odd)) {
        return None;
    }
    let mut after = rest[key..].char_indices().map(|(at, c)| (from + key + at, c));
    let (at, c) = after.find(|(_, c)| *c != ' ')?;
    if c != ':' {
        return is_odd(c).then_some((at, c));
    }
    after.next().filter(|(_, c)| is_odd_space(*c))
}

/// Returns a key without characters that only look like spaces or colons.
pub(super) fn without_odd_signs(key: &str) -> String {
    key.trim_matches(|c| is_odd_space(c) || is_odd_colon(c)).to_owned()
}

/// Returns where the first line below a key without a value begins, if it is not indented although it is
/// none of the known keys.
pub(super) fn unindented_below(yaml: &str, key: &str, known: &[&str]) -> Option<usize> {
    let mut start = 0;
    let lines = yaml.split_inclusive('\n').map(|line| {
        start += line.len();
        (start - line.len(), line.trim_end())
    });
    let is_empty_key = |line: &str| {
        let value = line.strip_prefix(key).and_then(|rest| rest.strip_prefix(':'));
        value.is_some_and(|value| {
            value.trim_start().is_empty() || value.trim_start().starts_with('#')
        })
    };
    let says_something = |line: &str| !line.is_empty() && !line.trim_start().starts_with('#');
    let mut below = lines.skip_while(|(_, line)| !is_empty_key(line)).skip(1);
    let (at, line) = below.find(|(_, line)| says_something(line))?;
    let (name, _) = line.split_once(':')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!name.is_empty() && name.chars().all(is_name) && !known.contains(&name)).then_some(at)
}

/// Returns a line with the whole text behind its key in quotation marks.
pub(super) fn quoted_line(line: &str) -> Option<String> {
    let (key, text) = line.trim().split_once(": ")?;
    let text = text.trim();
    let has_colon = text.contains(": ") || text.ends_with(':');
    if !has_colon || text.starts_with(['"', '\'', '[', '{', '|', '>']) {
        return None;
    }
    Some(match text.contains(['"', '\\']) {
        true => format!("{key}: '{}'", text.replace('\'', "''")),
        false => format!("{key}: \"{text}\""),
    })
}

/// Returns where a backslash stands in a path of Windows within double quotation marks. YAML takes it
/// for the beginning of a sign: `"C:\new"` has a line break.
pub(super) fn backslash_in_path(yaml: &str) -> Option<usize> {
    let is_path = |at: usize| {
        let before = yaml[..at].rsplit('\n').next().unwrap_or("");
        let is_quoted =
            before.find(['"', '\'']).is_some_and(|mark| before[mark..].starts_with('"'));
        let next = yaml[at + 1..].chars().next();
        let mut letters = before.chars().rev();
        let is_drive = letters.next() == Some(':')
            && letters.next().is_some_and(|c| c.is_ascii_alphabetic())
            && letters.next().is_none_or(|c| !c.is_ascii_alphanumeric());
        let server = before.rsplit_once("\\\\").filter(|(_, name)| {
            !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-._".contains(c))
        });
        is_quoted && (is_drive || server.is_some()) && next.is_some_and(char::is_alphanumeric)
    };
    yaml.match_indices('\\').map(|(at, _)| at).find(|at| is_path(*at))
}

/// Returns the first backslash of a line that begins no escape of YAML.
pub(super) fn unknown_escape(line: &str) -> Option<usize> {
    let mut chars = line.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && chars.next().is_none_or(|(_, c)| !ESCAPES.contains(c)) {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_signs_next_to_a_key_are_found() {
        let found = |line| odd_sign(line).map(|(at, _)| at);
        for (line, at) in [
            ("category:\u{A0}news", 9),
            ("category\u{A0}: news", 8),
            ("category \u{A0}: news", 9),
            ("\u{A0}category: news", 0),
            ("  - file:\u{3000}a.pdf", 9),
            ("title：ข่าว", 5),
            ("\u{200B}title: a", 0),
            ("title\u{2060}: a", 5),
            ("title\u{AD}: a", 5),
            ("title\u{200E}: a", 5),
            ("title\u{3164}: a", 5),
        ] {
            assert_eq!(found(line), Some(at), "{line}");
        }
        for line in ["title: ก\u{A0}ข", "title: a", "# a\u{A0}b", "", "  ข้อความ\u{A0}ต่อ", "- a"]
        {
            assert_eq!(found(line), None, "{line}");
        }
    }

    #[test]
    fn lines_that_are_not_indented_are_found() {
        let below = |yaml| unindented_below(yaml, "extra", &["title"]);
        assert_eq!(below("title: a\nextra:\nprice: 1\n  unit: b\n"), Some(16));
        assert_eq!(below("extra: # ช่อง\n# price\n\nprice: 1\n"), Some(31));
        for yaml in
            ["extra:\n  price: 1\n", "extra:\ntitle: a\n", "extra: {}\nprice: 1\n", "extra:"]
        {
            assert_eq!(below(yaml), None, "{yaml}");
        }
    }

    #[test]
    fn texts_are_put_into_quotation_marks() {
        assert_eq!(quoted_line("  a: b: c ").as_deref(), Some("a: \"b: c\""));
        assert_eq!(quoted_line("a: b: \"c\" 'd'").as_deref(), Some("a: 'b: \"c\" ''d'''"));
        assert_eq!(quoted_line("a: \"b\": c"), None);
        assert_eq!(quoted_line("a"), None);
        assert_eq!(quoted_line("  a: b"), None);
    }

    #[test]
    fn paths_of_windows_in_double_quotation_marks_are_found() {
        for yaml in
            ["a: \"C:\\new\"", "a: \"\\\\server\\new\"", "a: \"ดู D:\\งาน\"", "a: [\"C:\\t\"]"]
        {
            assert!(backslash_in_path(yaml).is_some(), "{yaml}");
        }
        for yaml in
            ["a: 'C:\\new'", "a: C:\\new", "a: \"C:\\\\new\"", "a: \"b\\nc\"", "a: \"ข้อ:\\n\""]
        {
            assert_eq!(backslash_in_path(yaml), None, "{yaml}");
        }
    }
}
