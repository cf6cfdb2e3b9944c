//! Finds characters that CommonMark reads as marks, but that are text: the stars of `60*120*75`, the
//! blanks of forms, the tildes of addresses, the backslashes of paths.

use std::ops::Range;

use memchr::memmem;

use crate::markdown::flanking::Flanking;
use crate::text::{ThaiInPath, address_end, digit_value, line_start};

/// The shortest code that is dialled between two stars: `*101*`.
const MIN_CODE: usize = 3;

/// From how many underscores on a row is a line to write on, unless it touches a Latin letter.
const MIN_BLANK: usize = 3;

/// Returns the offsets of `*`, `_`, `~` and `\` that are text, ascending.
pub(super) fn plain_marks(source: &str) -> Vec<usize> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let has_backslash = memchr::memchr(b'\\', bytes).is_some();
    if !has_backslash && memchr::memchr3(b'*', b'_', b'~', bytes).is_none() {
        return found;
    }
    marks_in_addresses(source, &mut found);
    if has_backslash {
        marks_in_paths(source, &mut found);
    }
    found.sort_unstable();
    let known = found.clone();
    let is_new = |run: &Run| known.binary_search(&run.start).is_err();
    let stars: Vec<Run> = runs(source, b'*').filter(|run| run.len == 1 && is_new(run)).collect();
    stars_in_figures(source, &stars, &mut found);
    found.extend(runs(source, b'~').filter(Run::is_plain_tilde).map(|run| run.start));
    for run in runs(source, b'_').filter(|run| is_new(run) && run.is_blank(source)) {
        found.extend(run.start..run.start + run.len);
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// A row of one mark.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: usize,
    len: usize,
    before: Option<char>,
    after: Option<char>,
}

/// Returns the rows of a mark that are not escaped.
fn runs(source: &str, mark: u8) -> impl Iterator<Item = Run> + '_ {
    let bytes = source.as_bytes();
    let mut next = 0;
    memchr::memchr_iter(mark, bytes).filter_map(move |start| {
        if start < next {
            return None;
        }
        let escapes = bytes[..start].iter().rev().take_while(|byte| **byte == b'\\').count();
        if escapes % 2 == 1 {
            return None;
        }
        let len = bytes[start..].iter().take_while(|byte| **byte == mark).count();
        next = start + len;
        let before = source[..start].chars().next_back();
        Some(Run { start, len, before, after: source[next..].chars().next() })
    })
}

fn is_digit(c: char) -> bool {
    digit_value(c).is_some()
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || Flanking::of(c) == Flanking::Thai
}

impl Run {
    /// Returns whether this is a tilde inside a word, as in `08.00~16.00`. Two tildes strike out.
    fn is_plain_tilde(&self) -> bool {
        let begins = self.before.is_some_and(|c| is_letter(c) || ".)".contains(c));
        self.len == 1 && begins && self.after.is_some_and(is_letter)
    }

    /// Returns what two neighbouring stars have in common if they join figures or brackets.
    fn joint(&self) -> Option<Joint> {
        let (before, after) = (self.before?, self.after?);
        let ends_word = is_letter(before) || ".)%".contains(before);
        match (before, after) {
            _ if ends_word && is_digit(after) => Some(Joint::BeforeDigit),
            _ if is_digit(before) && is_letter(after) => Some(Joint::AfterDigit),
            (')', '(') => Some(Joint::Brackets),
            _ => None,
        }
    }

    /// Returns whether a row of underscores is a line to write on, and not the mark of emphasis.
    fn is_blank(&self, source: &str) -> bool {
        let line = line_start(source, self.start);
        let text = source[line..].split('\n').next().unwrap_or("");
        let text = text.trim_start_matches([' ', '\t', '>']);
        if is_rule(text) {
            return false;
        }
        // A rule in a list is a line to write on.
        let is_mark = |c: char| c.is_ascii_digit() || "-+*.) \t".contains(c);
        if is_rule(text.trim_start_matches(is_mark)) {
            return true;
        }
        let (opens, closes) = self.opens_and_closes();
        let is_row = self.len >= MIN_BLANK;
        let is_mark = (opens && may_be_inside(self.after, self.before, OPENING, is_row))
            || (closes && may_be_inside(self.before, self.after, CLOSING, is_row));
        (opens || closes) && !is_mark
    }

    /// Returns whether a row of underscores can open and close emphasis (CommonMark 0.31, section
    /// 6.2).
    fn opens_and_closes(&self) -> (bool, bool) {
        let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let is_punctuation =
            |c: Option<char>| c.is_some_and(|c| Flanking::of(c) == Flanking::Punctuation);
        let flanks = |inside, outside| {
            !is_space(inside)
                && (!is_punctuation(inside) || is_space(outside) || is_punctuation(outside))
        };
        let (left, right) = (flanks(self.after, self.before), flanks(self.before, self.after));
        let opens = left && (!right || is_punctuation(self.before));
        let closes = right && (!left || is_punctuation(self.after));
        (opens, closes)
    }
}

/// What stars between figures or brackets have next to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// `60ซม.*120ซม.*75ซม.`
    BeforeDigit,
    /// `W60*D120*H75`
    AfterDigit,
    /// `(ก)*(ข)*(ค)`
    Brackets,
}

/// Punctuation with which emphasis may begin.
const OPENING: &str = "([{“‘«\"'`*~\\<!&";

/// Punctuation with which emphasis may end.
const CLOSING: &str = ")]}”’»\"'`*~_>;.,:!?%…";

/// Returns whether the character inside a row of underscores may belong to emphasized text: a letter,
/// or punctuation that is not the other half of the one outside.
fn may_be_inside(
    inside: Option<char>,
    outside: Option<char>,
    punctuation: &str,
    is_row: bool,
) -> bool {
    let Some(inside) = inside else { return false };
    if is_row {
        return inside.is_ascii_alphabetic();
    }
    if Flanking::of(inside) != Flanking::Punctuation {
        return true;
    }
    let is_turned = |outside: char| {
        let others = if punctuation == OPENING { ")]}”’»" } else { "([{“‘«" };
        others.contains(outside) || (outside == inside && !"()[]".contains(inside))
    };
    // In `“____”` and `(__)`, the marks around the row belong together.
    punctuation.contains(inside) && !outside.is_some_and(is_turned)
}

/// Returns whether a text is a thematic break of underscores.
fn is_rule(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'_' | b' ' | b'\t' | b'\r'))
        && memchr::memchr_iter(b'_', text.as_bytes()).nth(2).is_some()
}

/// Finds single stars that multiply figures or belong to a number that is dialled.
fn stars_in_figures(source: &str, stars: &[Run], found: &mut Vec<usize>) {
    let mut rest = stars;
    let mut from = 0;
    while let Some(first) = rest.first() {
        let range = figures_around(source, first.start, from);
        let count = rest.iter().take_while(|star| star.start < range.end).count();
        stars_of(&source[range.clone()], range.start, &rest[..count], found);
        from = range.end;
        rest = &rest[count..];
    }
    for pair in stars.windows(2) {
        let is_line = || !source[pair[0].start..pair[1].start].contains('\n');
        if pair[0].joint().is_some() && pair[0].joint() == pair[1].joint() && is_line() {
            found.extend([pair[0].start, pair[1].start]);
        }
    }
}

/// Returns the range of the digits and signs around a star, from `from` on.
fn figures_around(source: &str, star: usize, from: usize) -> Range<usize> {
    let is_part = |c: char| is_digit(c) || "*#+-/().,=%:".contains(c);
    let before = source[from..star].trim_end_matches(is_part).len();
    let after = &source[star..];
    from + before..star + after.len() - after.trim_start_matches(is_part).len()
}

/// Finds the stars of digits and signs that begin at an offset.
fn stars_of(figures: &str, start: usize, stars: &[Run], found: &mut Vec<usize>) {
    let core = figures.trim_matches(|c| "+-/().,=%:".contains(c));
    let is_code = core.chars().all(|c| is_digit(c) || "*#".contains(c)) && core.contains(is_digit);
    let is_dialled = is_code && {
        let inner = core.trim_matches('*');
        let is_between = core.starts_with('*') && core.ends_with('*');
        (is_between && inner.chars().count() >= MIN_CODE) || inner.contains(['*', '#'])
    };
    // The last star of `**โทร *1669***` belongs to the number.
    if is_dialled && core.starts_with('*') && !core.starts_with("**") && core.ends_with("***") {
        let offset = figures.rfind(core).unwrap_or(0);
        found.push(start + offset + core.len() - "***".len());
    }
    let multiplies = |star: &&Run| {
        let ends = star.before.is_some_and(|c| is_digit(c) || ")%".contains(c));
        let begins = star.after.is_some_and(|c| is_digit(c) || c == '(');
        let is_figure = star.before.is_some_and(is_digit) || star.after.is_some_and(is_digit);
        let has_both = star.before.is_some_and(is_digit) && star.after.is_some_and(is_digit);
        // `*1*(2)` is emphasis, `2*(3)*4` is not.
        has_both || (ends && begins && is_figure && !core.starts_with('*'))
    };
    found.extend(stars.iter().filter(|star| is_dialled || multiplies(star)).map(|star| star.start));
}

/// Finds marks inside addresses that are written as text. One at the end of an address, a doubled one,
/// and those of an address with the same mark before it may be marks.
fn marks_in_addresses(source: &str, found: &mut Vec<usize>) {
    let mut next = 0;
    let bytes = source.as_bytes();
    let mut starts: Vec<usize> = memmem::find_iter(bytes, "://").collect();
    starts.extend(memmem::find_iter(bytes, "www."));
    starts.sort_unstable();
    for at in starts {
        if at < next {
            continue;
        }
        let scheme = source[..at].trim_end_matches(|c: char| c.is_ascii_alphabetic());
        next = at + address_end(&source[at..], ThaiInPath::BelongsToAddress);
        let address = &source[at..next];
        // The address of a link ends before the bracket, after which there may be marks.
        let bare = &address[..address.find([')', ']']).unwrap_or(address.len())];
        for (mark, address) in [('~', address), ('*', bare), ('_', bare)] {
            if !scheme.ends_with(mark) {
                inner_marks(address, mark, "/:=%&_-#?+@", at, found);
            }
        }
    }
}

/// Finds single marks in a word that goes on after them with an ASCII letter, a digit or one of
/// `signs`.
fn inner_marks(word: &str, mark: char, signs: &str, start: usize, found: &mut Vec<usize>) {
    let bytes = word.as_bytes();
    for (n, _) in word.match_indices(mark) {
        let goes_on = |byte: &u8| {
            byte.is_ascii_alphanumeric() || (*byte != mark as u8 && signs.as_bytes().contains(byte))
        };
        // A low line between letters is never a mark.
        let is_between = mark == '_'
            && bytes[..n].last().is_some_and(u8::is_ascii_alphanumeric)
            && bytes.get(n + 1).is_some_and(u8::is_ascii_alphanumeric);
        let is_doubled = bytes[..n].last() == Some(&(mark as u8));
        if !is_between && !is_doubled && bytes.get(n + 1).is_some_and(goes_on) {
            found.push(start + n);
        }
    }
}

/// Finds the backslashes of Windows paths, and the marks in them.
fn marks_in_paths(source: &str, found: &mut Vec<usize>) {
    let mut next = 0;
    for (at, _) in source.match_indices('\\') {
        if at < next {
            continue;
        }
        let Some(start) = path_start(source, at) else { continue };
        // Windows allows none of these in a name.
        let ends = |c: char| c.is_whitespace() || matches!(c, '|' | '<' | '>' | '"' | '`');
        next = at + source[at..].find(ends).unwrap_or(source.len() - at);
        let path = &source[start..next];
        for (n, _) in path.match_indices('\\') {
            let rest = &source[start + n + 1..];
            if rest.starts_with(['|', '`']) {
                continue;
            }
            found.push(start + n);
            if let Some(mark) = rest.chars().next().filter(|c| "*_~".contains(*c)) {
                let len = rest.len() - rest.trim_start_matches(mark).len();
                found.extend(start + n + 1..start + n + 1 + len);
            }
        }
        for mark in ['*', '_', '~'] {
            inner_marks(path, mark, "-_.\\*", start, found);
        }
    }
}

/// Returns where a Windows path begins whose first backslash is at an offset: `C:\` or `\\server`.
fn path_start(source: &str, at: usize) -> Option<usize> {
    let (before, rest) = (&source[..at], &source[at + 1..]);
    if let Some(drive) = before.strip_suffix(':') {
        let outside = drive.strip_suffix(|c: char| c.is_ascii_alphabetic())?;
        let is_word = outside.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '\\');
        return (!is_word).then_some(outside.len());
    }
    let server = rest.strip_prefix('\\')?;
    let name = server.find(|c: char| !is_letter(c) && !"-.$_".contains(c)).unwrap_or(server.len());
    let begins = before.chars().next_back().is_none_or(|c| {
        // After a letter, two backslashes may be one that is escaped.
        c.is_whitespace()
            || "([{\"'“‘:=|>*".contains(c)
            || (Flanking::of(c) == Flanking::Thai && server[name..].starts_with('\\'))
    });
    (begins && server.starts_with(is_letter)).then_some(at)
}

#[cfg(test)]
mod tests {
    use crate::markdown::emphasis::tests::rendered_with;
    use crate::markdown::options::OPTIONS;

    fn rendered(source: &str) -> String {
        rendered_with(OPTIONS, source)
    }

    #[test]
    fn marks_of_figures_and_forms_are_text() {
        for source in [
            // Figures.
            "60*120*75 ซม.",
            "๖๐*๑๒๐*๗๕ ซม.",
            "2*3 และ 4*5",
            "2.5*3.0*1.25 ม.",
            "(60)*(120)*(75)",
            "(2+3)*4*(5)",
            "๖๐ซม.*๑๒๐ซม.*๗๕ซม.",
            "W60*D120*H75",
            "60ซม*120ซม*75ซม",
            "(กว้าง)*(ยาว)*(สูง)",
            // Numbers to dial.
            "กด *123*456#",
            "กด *123*456*",
            "โทร *1669* หรือ *1155",
            "โทร *1669* หรือ *1155*",
            "โทร*1155 หรือ*1669 ได้",
            "กด *#06*",
            "กด (*1669*) ได้",
            // Ranges.
            "08.00~16.00 น. และ 17.00~18.00 น.",
            "จันทร์~ศุกร์ และ เสาร์~อาทิตย์",
            "ม.ค.~มี.ค. และ เม.ย.~มิ.ย.",
            // Lines to write on.
            "ชื่อ (____) นามสกุล (____)",
            "(__) ใช่ (__) ไม่ใช่",
            "(_) ใช่ (_) ไม่ใช่",
            "[_] ใช่ [_] ไม่ใช่",
            "วันที่ ___/___/____",
            "____/____",
            "____-____-____",
            "(____) (____)",
            "“____” และ “____”",
            "(ลงชื่อ)____(พยาน)____(ประธาน)",
            "(ลงชื่อ)________ผู้เสนอ________(ตำแหน่ง)",
            "___คน (ชาย___/หญิง___)",
            "...... บาท (......)",
            // Addresses.
            "https://a.th/_a_/b และ https://a.th/?q=a*b*c",
            // Paths.
            r"\\srv\share\*.pdf",
            r"C:\_tmp\-a",
            r"เก็บที่ C:\*.pdf และ D:\*.pdf",
            r"เก็บที่C:\_a\_b ต่อ",
            r"(\\10.0.0.1\_x\#1)",
            r"C:\a\**\*.txt",
            r"C:\~a\x~1\~b",
        ] {
            assert_eq!(rendered(source), source, "{source}");
        }
    }

    #[test]
    fn marks_of_emphasis_are_marks() {
        for (source, expected) in [
            ("คำ*เน้น*คำ", "คำ<em>เน้น</em>คำ"),
            ("*3 วันทำการ*", "<em>3 วันทำการ</em>"),
            ("*ภายใน 3*", "<em>ภายใน 3</em>"),
            ("*50,000* บาท", "<em>50,000</em> บาท"),
            ("ก่อน*(ร่าง)*(ต่อ)", "ก่อน<em>(ร่าง)</em>(ต่อ)"),
            ("**60*120** ซม.", "<strong>60*120</strong> ซม."),
            ("**โทร *1669***", "<strong>โทร *1669*</strong>"),
            ("**1669** ~~1155~~", "<strong>1669</strong> <del>1155</del>"),
            ("_เน้น_ __หนา__ __(ร่าง)__", "<em>เน้น</em> <strong>หนา</strong> <strong>(ร่าง)</strong>"),
            ("(_เน้น_) “__หนา__”", "(<em>เน้น</em>) “<strong>หนา</strong>”"),
            ("**____** และ **____**", "<strong>____</strong> และ <strong>____</strong>"),
            ("~ลบ~ ต่อ", "<del>ลบ</del> ต่อ"),
            (r"ราคา\*\*ก\_ข C\:", "ราคา**ก_ข C:"),
            (r"ก\\ข", r"ก\ข"),
            ("___", "<hr />"),
            ("> ____", "<blockquote>\n<hr />\n</blockquote>"),
            ("1. ____\n2. ____", "<ol>\n<li>____</li>\n<li>____</li>\n</ol>"),
            ("`C:\\_a 2*3*4 (____)`", "<code>C:\\_a 2*3*4 (____)</code>"),
            ("[2*3*4](a_/_b.pdf)", "<a href=\"a_/_b.pdf\">2*3*4</a>"),
            ("*[ก](https://a.th/b)*: ค", "<em><a href=\"https://a.th/b\">ก</a></em>: ค"),
        ] {
            assert_eq!(rendered(source), expected, "{source}");
        }
        let table = rendered("| ขนาด | โทร |\n|---|---|\n| 60*120*75 | *1669* |");
        assert!(table.contains("<td>60*120*75</td><td>*1669*</td>"), "{table}");
    }
}
