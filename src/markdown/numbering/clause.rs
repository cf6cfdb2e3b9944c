//! Reads the numbers of clauses in official papers: `1.`, `1.10`, `๑.๒`, `2.1)`, `(๑)`, `ก.`, `(ก)`, `ข้อ ๑`.

use crate::text::{begins_thai_syllable, digit_value, thai_digits};

/// The most parts of a number: `1.2.3.4.5.6`.
const MAX_PARTS: usize = 6;

/// The letters that number clauses: the Thai alphabet without ฃ and ฅ, which are obsolete, and without
/// ฆ, which lists skip: ก ข ค ง.
const LETTERS: &str = "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ";

/// The word before the numbers of regulations.
const ARTICLE: &str = "ข้อ";

/// Words after `ข้อ ๑` that cite it: `ข้อ ๑ ของประกาศ`.
const CITING: [&str; 9] = ["ของ", "แห่ง", "วรรค", "และ", "หรือ", "ถึง", "ตาม", "ข้างต้น", "ใน"];

/// Units after a number. `1.5 ล้านบาท` at the start of a line is a quantity, not a clause, unless it
/// is between 1.4 and 1.6.
const UNITS: [&str; 20] = [
    "%",
    "กก.",
    "กม.",
    "กิโล",
    "ซม.",
    "ตร.",
    "ตัน",
    "ตารางกิโล",
    "ตารางเมตร",
    "ตารางวา",
    "นาฬิกา",
    "นิ้ว",
    "น.",
    "บาท",
    "ลบ.",
    "ลิตร",
    "ล้าน",
    "องศา",
    "เปอร์เซ็นต์",
    "เมตร",
];

/// The form in which a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ClauseForm {
    /// `1.` `๑.๒` `1.10` `2.1)` `3 .`
    Dotted,
    /// `ข้อ ๑`
    Article,
    /// `(1)` `(๑)`
    Bracketed,
    /// `1)` `๑)`
    HalfBracketed,
    /// `ก.`
    Letter,
    /// `(ก)`
    BracketedLetter,
    /// `ก)`
    HalfBracketedLetter,
}

/// The number of a clause: `1.10` is 1 and 10, `ข.` is 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ClauseNumber {
    /// Its form.
    pub form: ClauseForm,
    parts: [u16; MAX_PARTS],
    count: u8,
}

impl ClauseNumber {
    fn single(form: ClauseForm, value: u16) -> Self {
        let mut parts = [0; MAX_PARTS];
        parts[0] = value;
        Self { form, parts, count: 1 }
    }

    /// Returns the number of an item in a list of Markdown. `None` if it is too large for a clause.
    pub(crate) fn of_list(number: u64) -> Option<Self> {
        u16::try_from(number).ok().map(|number| Self::single(ClauseForm::Dotted, number))
    }

    /// Returns its parts: 1 and 10 of `1.10`.
    pub(crate) fn parts(&self) -> &[u16] {
        &self.parts[..usize::from(self.count)]
    }

    /// Returns the last part.
    pub(crate) fn last(&self) -> u16 {
        self.parts[usize::from(self.count) - 1]
    }

    /// Returns the number of the clause above: 1 of `1.10`. `None` if it has only one part.
    pub(crate) fn parent(&self) -> Option<Self> {
        let count = self.count.checked_sub(1).filter(|count| *count > 0)?;
        let mut parts = self.parts;
        parts[usize::from(count)] = 0;
        Some(Self { parts, count, ..*self })
    }

    /// Returns whether this is a number below another: 2.1 below `2.` and `2)`.
    pub(crate) fn is_below(&self, other: &Self) -> bool {
        let is_outer = matches!(other.form, ClauseForm::Dotted | ClauseForm::HalfBracketed);
        is_outer && self.parent().is_some_and(|parent| parent.parts() == other.parts())
    }

    /// Returns the same number with another last part.
    #[must_use]
    pub(crate) fn with_last(&self, last: u16) -> Self {
        let mut parts = self.parts;
        parts[usize::from(self.count) - 1] = last;
        Self { parts, ..*self }
    }

    /// Returns the next number.
    #[must_use]
    pub(crate) fn next(&self) -> Self {
        self.with_last(self.last().saturating_add(1))
    }

    /// Returns the first number below this: 1.1 of `1.`.
    pub(crate) fn first_child(&self) -> Option<Self> {
        let count = usize::from(self.count);
        if self.form != ClauseForm::Dotted || count == MAX_PARTS {
            return None;
        }
        let mut parts = self.parts;
        parts[count] = 1;
        Some(Self { parts, count: self.count + 1, ..*self })
    }

    /// Returns whether two numbers belong to the same series: 1.2 and 1.9, but not 2.2.
    pub(crate) fn is_sibling(&self, other: &Self) -> bool {
        self.with_last(0) == other.with_last(0)
    }

    /// Formats the number in digits or letters, without brackets and without a dot at its end.
    pub(crate) fn written(&self, with_thai_digits: bool) -> String {
        let text = match self.form {
            ClauseForm::Letter | ClauseForm::BracketedLetter | ClauseForm::HalfBracketedLetter => {
                let place = usize::from(self.last()).saturating_sub(1);
                return LETTERS.chars().nth(place).map_or_else(String::new, String::from);
            }
            _ => self.parts().iter().map(u16::to_string).collect::<Vec<_>>().join("."),
        };
        if with_thai_digits { thai_digits(&text) } else { text }
    }
}

/// The number at the start of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClauseLabel {
    /// The number.
    pub number: ClauseNumber,
    /// Its length in bytes, with dots and brackets.
    pub len: usize,
    /// The length of the white space after it, in bytes. 0 if text follows directly: `2.1ข้อความ`.
    pub gap: usize,
    /// Whether its digits are Thai.
    pub is_thai: bool,
    /// Whether Markdown reads it as the number of a list.
    pub is_markdown: bool,
    /// Whether it begins with a zero, which Markdown would drop: `01.`.
    pub is_padded: bool,
    /// Whether a unit follows, as in `1.5 ล้านบาท`. Then it is a clause only next to its neighbours.
    pub is_quantity: bool,
}

impl ClauseLabel {
    /// Reads the number at the start of a text. Returns `None` if there is none, or no text after it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let [first, second, third, fourth, ..] = text.as_bytes() else { return None };
        let may_begin = match first {
            b'0'..=b'9' | b'(' => true,
            _ if text.starts_with(ARTICLE) => true,
            // A Thai digit, or a letter before `.` or `)`.
            0xE0 => {
                (*second == 0xB9 && (0x90..=0x99).contains(third)) || matches!(fourth, b'.' | b')')
            }
            _ => false,
        };
        if !may_begin {
            return None;
        }
        let (number, len) = dotted(text)
            .or_else(|| bracketed(text))
            .or_else(|| letter(text))
            .or_else(|| article(text))?;
        let rest = &text[len..];
        let gap = rest.len() - rest.trim_start_matches(is_space).len();
        let next = rest[gap..].chars().next()?;
        let is_word = matches!(number.form, ClauseForm::Letter | ClauseForm::Article);
        let is_split = text[..len].ends_with(" .");
        let may_follow_directly =
            !is_word && !is_split && (begins_thai_syllable(next) || "\"“".contains(next));
        let is_quantity = number.count > 1 && UNITS.iter().any(|u| rest[gap..].starts_with(u));
        let is_citation = number.form == ClauseForm::Article
            && CITING.iter().any(|word| rest[gap..].starts_with(word));
        if (gap == 0 && !may_follow_directly) || is_citation {
            return None;
        }
        let is_thai = !text[..len].contains(|c: char| c.is_ascii_digit());
        let is_simple = matches!(number.form, ClauseForm::Dotted | ClauseForm::HalfBracketed)
            && number.count == 1;
        let is_markdown = is_simple && !is_split && !is_thai && rest.starts_with([' ', '\t']);
        let is_padded = text.starts_with(['0', '๐']);
        Some(Self { number, len, gap, is_thai, is_markdown, is_padded, is_quantity })
    }

    /// Returns whether Markdown would print it otherwise than it is written, or not as a list.
    pub(super) fn is_official(&self) -> bool {
        !self.is_markdown || self.is_padded
    }
}

/// Returns whether a character is white space that may be before or after a number.
pub(crate) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{A0}' | '\u{200B}' | '\u{3000}' | '\u{2000}'..='\u{200A}')
}

/// Reads digits of one script: at most three, and not with a leading zero, so that years and times
/// are not clauses.
fn digits(text: &str) -> Option<(u16, usize)> {
    digits_or_zeros(text).filter(|_| !text.starts_with(['0', '๐']))
}

/// Reads at most three digits of one script.
fn digits_or_zeros(text: &str) -> Option<(u16, usize)> {
    let is_thai = !text.starts_with(|c: char| c.is_ascii());
    let value = |c: char| digit_value(c).filter(|_| c.is_ascii() != is_thai);
    let run: Vec<u32> = text.chars().map_while(value).take(4).collect();
    if run.is_empty() || run.len() > 3 || run == [0] {
        return None;
    }
    let number = run.iter().fold(0, |number, digit| number * 10 + digit);
    let len = run.len() * if is_thai { '๐'.len_utf8() } else { 1 };
    Some((u16::try_from(number).ok()?, len))
}

/// Reads `1.` `01.` `1)` `1.1` `1.1.` `2.1)` `๑.๒` `3 .`.
fn dotted(text: &str) -> Option<(ClauseNumber, usize)> {
    let (first, mut len) = digits_or_zeros(text)?;
    let is_padded = text.starts_with(['0', '๐']);
    if text[len..].starts_with(')') {
        return Some((ClauseNumber::single(ClauseForm::HalfBracketed, first), len + 1));
    }
    let mut number = ClauseNumber::single(ClauseForm::Dotted, first);
    while let Some((part, more)) = text[len..].strip_prefix('.').and_then(digits) {
        *number.parts.get_mut(usize::from(number.count))? = part;
        number.count += 1;
        len += 1 + more;
    }
    // `08.30 น.`
    if is_padded && (number.count > 1 || !text[len..].starts_with('.')) {
        return None;
    }
    // `3 . ข้อความ`
    if number.count == 1 && text[len..].starts_with(" . ") {
        return Some((number, len + " .".len()));
    }
    let has_end = text[len..].starts_with(['.', ')']);
    (has_end || number.count > 1).then_some((number, len + usize::from(has_end)))
}

/// Reads `(1)` `(ก)`.
fn bracketed(text: &str) -> Option<(ClauseNumber, usize)> {
    let inner = text.strip_prefix('(')?;
    let (form, (value, len)) = match digits(inner) {
        Some(digits) => (ClauseForm::Bracketed, digits),
        None => (ClauseForm::BracketedLetter, letter_value(inner)?),
    };
    inner[len..].starts_with(')').then(|| (ClauseNumber::single(form, value), len + 2))
}

/// Reads `ก.` `ก)`.
fn letter(text: &str) -> Option<(ClauseNumber, usize)> {
    let (value, len) = letter_value(text)?;
    let form = match text[len..].chars().next()? {
        '.' => ClauseForm::Letter,
        ')' => ClauseForm::HalfBracketedLetter,
        _ => return None,
    };
    Some((ClauseNumber::single(form, value), len + 1))
}

/// Reads `ข้อ ๑`.
fn article(text: &str) -> Option<(ClauseNumber, usize)> {
    let rest = text.strip_prefix(ARTICLE)?;
    let number = rest.trim_start_matches(is_space);
    let (value, len) = digits(number)?;
    let len = text.len() - number.len() + len;
    let has_end = text[len..].starts_with('.');
    Some((ClauseNumber::single(ClauseForm::Article, value), len + usize::from(has_end)))
}

fn letter_value(text: &str) -> Option<(u16, usize)> {
    let first = text.chars().next()?;
    let place = (1..).zip(LETTERS.chars()).find(|(_, letter)| *letter == first)?.0;
    Some((place, first.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_written() {
        for (text, form, parts) in [
            ("1. ก", ClauseForm::Dotted, &[1][..]),
            ("1.ด้าน", ClauseForm::Dotted, &[1]),
            ("๑. ก", ClauseForm::Dotted, &[1]),
            ("1.10  ส่ง", ClauseForm::Dotted, &[1, 10]),
            ("2.1ออก", ClauseForm::Dotted, &[2, 1]),
            ("๓.๑ ระบบ", ClauseForm::Dotted, &[3, 1]),
            ("1.1.\u{A0}ก", ClauseForm::Dotted, &[1, 1]),
            ("12.3.4 ก", ClauseForm::Dotted, &[12, 3, 4]),
            ("1) ก", ClauseForm::HalfBracketed, &[1]),
            ("(๑๒) ก", ClauseForm::Bracketed, &[12]),
            ("(1)ก", ClauseForm::Bracketed, &[1]),
            ("ก. ข้อ", ClauseForm::Letter, &[1]),
            ("ค. ข้อ", ClauseForm::Letter, &[3]),
            ("ง. ข้อ", ClauseForm::Letter, &[4]),
            ("(ฮ) ข้อ", ClauseForm::BracketedLetter, &[41]),
            ("ข) ข้อ", ClauseForm::HalfBracketedLetter, &[2]),
            ("2.1) รับ", ClauseForm::Dotted, &[2, 1]),
            ("01. รับ", ClauseForm::Dotted, &[1]),
            ("๐๑. รับ", ClauseForm::Dotted, &[1]),
            ("007) รับ", ClauseForm::HalfBracketed, &[7]),
            ("๒.๑)รับ", ClauseForm::Dotted, &[2, 1]),
            ("3 . รับ", ClauseForm::Dotted, &[3]),
            ("ข้อ ๑ ประกาศ", ClauseForm::Article, &[1]),
            ("ข้อ 12. ประกาศ", ClauseForm::Article, &[12]),
            ("ข้อ๕  ให้", ClauseForm::Article, &[5]),
        ] {
            let label = ClauseLabel::read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((label.number.form, label.number.parts()), (form, parts), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_not_clauses() {
        for text in [
            "1",
            "1.1",
            "2569. ก",
            "08.30 น.",
            "๐๘.๓๐ น.",
            "08.00-16.30 น.",
            "0. ก",
            "(02) 123 4567",
            "01",
            "10.00 น.",
            "1.2.2569 ก",
            "ก.พ. ๒๕๖๙",
            "พ.ศ. 2569",
            "ฃ. ก",
            "น.ส. ก",
            "๑2. ก",
            "1.1-1.3 ก",
            "ข้อ 1",
            "1.a",
            "",
            "1\\. ก",
            "192.168.1.10:80",
            "(ก.) ข",
            "1.2.3.4.5.6.7 ก",
            "ข้อ ๑ ของประกาศ",
            "ข้อ ๑/๑ ก",
            "ข้อ ๑๒",
            "ข้อความ ก",
            "3 .5 ก",
        ] {
            assert_eq!(ClauseLabel::read(text), None, "{text}");
        }
    }
}
