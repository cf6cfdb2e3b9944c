//! Recognises the names that synchronisers, file managers, editors and Git give to a second version of
//! a file.

use std::ops::Range;

/// How sure it is that a name is that of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// Only programs write such names.
    Certain,
    /// A number in brackets, by which browsers and file managers distinguish files.
    Numbered,
    /// People write such names too. They are those of copies if the original is there.
    Possible,
    /// A number after a space, which usually counts notices. It is that of a copy if the original has
    /// the same title.
    Counted,
}

/// The part of a name by which a program marks a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CopyMark {
    /// The part, as it is written.
    pub text: String,
    /// The name without it.
    pub original: String,
    pub evidence: Evidence,
}

/// Returns the marks of a name, outermost first: `flood - Copy (2)` is a copy of `flood - Copy`, which
/// is a copy of `flood`. The name has no extension.
pub(super) fn copy_marks(name: &str) -> impl Iterator<Item = CopyMark> {
    std::iter::successors(copy_mark(name), |mark| copy_mark(&mark.original))
}

/// Returns whether a program left a file next to the one that it changed: the editors Emacs, Vim and
/// nano, `git merge` and `patch`.
pub(super) fn is_backup(name: &str) -> bool {
    const ENDINGS: [&str; 7] = [".orig", ".rej", ".bak", ".save", ".old", ".tmp", ".swp"];
    let is_recovery =
        name.len() > 2 && name.starts_with('#') && name.ends_with('#') || is_side_of_merge(name);
    let stem = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending));
    is_recovery || stem.is_some_and(|stem| !stem.is_empty())
}

/// `flood.md~HEAD`: `git merge` leaves both sides if one of them is not a file.
fn is_side_of_merge(name: &str) -> bool {
    let ending = name.split_once('~').filter(|(_, branch)| !branch.is_empty());
    let ending = ending.and_then(|(file, _)| file.rsplit_once('.')).map_or("", |(_, end)| end);
    (2..=5).contains(&ending.len())
        && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && ending.contains(|c: char| c.is_ascii_alphabetic())
}

/// The name of a file.
struct Name<'a> {
    /// As it is written.
    written: &'a str,
    /// With ASCII letters in lower case.
    lower: &'a str,
}

/// The range of a mark in a name.
type MarkRange = (Range<usize>, Evidence);

/// Finds a mark.
type Form = fn(&Name) -> Option<MarkRange>;

/// Returns whether a name contains a word. In short names, this is several times faster than
/// `str::contains`.
fn contains(name: &str, word: &str) -> bool {
    memchr::memmem::find(name.as_bytes(), word.as_bytes()).is_some()
}

fn copy_mark(name: &str) -> Option<CopyMark> {
    const FORMS: [Form; 9] = [
        of_merge_tool,
        of_synchroniser,
        of_synology,
        of_conflict_in_brackets,
        of_machine,
        of_ending,
        of_beginning,
        of_brackets,
        of_counter,
    ];
    let lower = name.to_ascii_lowercase();
    let both = Name { written: name, lower: &lower };
    let (range, evidence) = FORMS.iter().find_map(|form| form(&both))?;
    let (before, after) = (name[..range.start].trim_end(), name[range.end..].trim_start());
    let original = format!("{before}{after}");
    let text = name[range].trim().to_owned();
    (!original.is_empty()).then_some(CopyMark { text, original, evidence })
}

/// `flood_BACKUP_1234`: Git numbers the files that it gives to a merge tool by its process.
fn of_merge_tool(name: &Name) -> Option<MarkRange> {
    let name = name.written;
    const SIDES: [&str; 4] = ["_BACKUP_", "_LOCAL_", "_REMOTE_", "_BASE_"];
    let before = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let side = SIDES.iter().find(|side| before.len() < name.len() && before.ends_with(**side))?;
    let start = before.len() - side.len();
    // In a name of capitals, such as `DATA_BASE_2569`, this is a word like the others.
    let original = &name[..start];
    let is_loud = original.contains(|c: char| c.is_ascii_uppercase())
        && !original.contains(char::is_lowercase);
    let evidence = if is_loud { Evidence::Possible } else { Evidence::Certain };
    Some((start..name.len(), evidence))
}

/// `flood.sync-conflict-20260601-101010-ABCDEFG` of Syncthing, `flood_conflict-20260601-101010` of
/// ownCloud, `flood.Conflict` of Resilio Sync, and words that nobody else writes.
fn of_synchroniser(name: &Name) -> Option<MarkRange> {
    let lower = name.lower;
    const BEFORE_DATES: [&str; 2] = [".sync-conflict-", "_conflict-"];
    const PHRASES: [&str; 4] = ["conflicted copy", "conflicted-copy", "สำเนาที่ขัดแย้ง", "สำเนาขัดแย้ง"];
    if !contains(lower, "conflict") && !contains(lower, "สำเนา") {
        return None;
    }
    // Right before a date: other words may follow, such as those of a conflict of interest.
    let plain = || {
        let (start, mark) = lower.match_indices("-conflict-").last()?;
        let date = lower[start + mark.len()..].get(..8)?;
        (has_date(date) || has_date(lower[start + mark.len()..].get(..10)?))
            .then_some(start..lower.len())
    };
    let ending = || lower.strip_suffix(".conflict").map(|stem| stem.len()..lower.len());
    let dated = BEFORE_DATES.iter().find_map(|mark| {
        let start = lower.find(mark)?;
        has_date(&lower[start + mark.len()..]).then_some(start..lower.len())
    });
    let phrase = || {
        let start = PHRASES.iter().find_map(|phrase| lower.find(phrase))?;
        (!lower[..start].contains(['(', '['])).then_some(start..lower.len())
    };
    dated.or_else(plain).or_else(ending).or_else(phrase).map(|range| (range, Evidence::Certain))
}

/// `flood_DiskStation_Nov-01-1010-2026_Conflict` of Synology Drive: the name of the computer, month, day,
/// time and year.
fn of_synology(name: &Name) -> Option<MarkRange> {
    let (before, date) = name.lower.strip_suffix("_conflict")?.rsplit_once('_')?;
    let (stem, _) = before.rsplit_once('_')?;
    let lengths = [3, 2, 4, 4];
    let mut parts = date.split('-').zip(lengths);
    let is_part = |(part, len): (&str, usize)| {
        part.len() == len && (len == 3 || part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_date = date.split('-').count() == lengths.len() && parts.all(is_part);
    is_date.then_some((stem.len()..name.lower.len(), Evidence::Certain))
}

/// `flood (Somjai's conflicted copy 2026-06-01)` of Dropbox and Nextcloud, in several languages.
fn of_conflict_in_brackets(name: &Name) -> Option<MarkRange> {
    let inside = |range: &Range<usize>| &name.lower[range.start + 1..range.end - 1];
    let range = brackets(name.written).find(|range| is_conflict(inside(range)))?;
    Some((range, Evidence::Certain))
}

/// Returns whether the words in brackets are those of a conflict of versions, and not of interests.
fn is_conflict(words: &str) -> bool {
    const CONFLICTS: [&str; 8] =
        ["confli", "konflik", "конфликт", "競合", "冲突", "衝突", "충돌", "ขัดแย้ง"];
    const COPIES: [&str; 14] = [
        "copy",
        "copie",
        "kopie",
        "copia",
        "cópia",
        "kopia",
        "kopi",
        "salinan",
        "копия",
        "コピー",
        "副本",
        "複本",
        "복사본",
        "สำเนา",
    ];
    const WHOLE: [&str; 5] = [
        "conflict",
        "conflicted",
        "case conflict",
        "selective sync conflict",
        "unicode encoding conflict",
    ];
    let has = |list: &[&str]| list.iter().any(|word| words.contains(word));
    let without_number = words.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    WHOLE.contains(&without_number) || has(&CONFLICTS) && (has(&COPIES) || has_date(words))
}

/// `flood-DESKTOP-AB12CD3`: OneDrive adds the name of the computer.
fn of_machine(name: &Name) -> Option<MarkRange> {
    let name = name.written;
    let starts = name.match_indices('-').map(|(at, _)| at).filter(|at| *at > 0);
    let mut found = starts.filter_map(|at| Some((at..name.len(), machine(&name[at + 1..])?)));
    found.next()
}

fn machine(name: &str) -> Option<Evidence> {
    const GIVEN_BY_WINDOWS: [&str; 3] = ["DESKTOP-", "LAPTOP-", "WIN-"];
    let numbered = name.rsplit_once('-').filter(|(_, number)| is_number(number));
    let name = numbered.map_or(name, |(name, _)| name);
    if let Some(id) = GIVEN_BY_WINDOWS.iter().find_map(|given| name.strip_prefix(given)) {
        let is_id = (7..=11).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let is_random = is_id && id.contains(|c: char| c.is_ascii_digit());
        return Some(if is_random { Evidence::Certain } else { Evidence::Possible });
    }
    let lower = name.to_ascii_lowercase();
    let is_named = lower.ends_with("-pc")
        || ["macbook", "imac", "mac mini", "mac-mini", "laptop", "desktop", "notebook"]
            .iter()
            .any(|word| contains(&lower, word));
    is_named.then_some(Evidence::Possible)
}

/// `flood - Copy` and `flood - Copy (2)` of Windows, `flood copy 2` of macOS.
fn of_ending(name: &Name) -> Option<MarkRange> {
    let lower = name.lower;
    const WORDS: [&str; 11] = [
        "copy",
        "สำเนา",
        "คัดลอก",
        "kopie",
        "copie",
        "copia",
        "cópia",
        "コピー",
        "副本",
        "複製",
        "복사본",
    ];
    // People write these without a dash, too.
    const PLAIN: [&str; 3] = ["copy", "สำเนา", "คัดลอก"];
    let words = without_number(lower).unwrap_or(lower);
    let word = WORDS.iter().find(|word| words.ends_with(**word))?;
    let before = &words[..words.len() - word.len()];
    let dashed = [" - ", " – ", " — "].iter().find_map(|dash| before.strip_suffix(dash));
    let joined = || before.strip_suffix([' ', '-', '_']).filter(|_| PLAIN.contains(word));
    let (stem, evidence) = match dashed {
        Some(stem) => (stem, Evidence::Certain),
        None => (joined()?, Evidence::Possible),
    };
    (!stem.is_empty()).then_some((stem.len()..lower.len(), evidence))
}

/// Returns a name without a number at its end: ` (2)`, ` 2`.
fn without_number(name: &str) -> Option<&str> {
    let in_brackets = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let (before, number) = in_brackets.or_else(|| name.rsplit_once(' '))?;
    is_number(number).then(|| before.trim_end())
}

/// `Copy of flood` of Google Drive, in English and Thai.
fn of_beginning(name: &Name) -> Option<MarkRange> {
    const BEGINNINGS: [&str; 4] = ["copy of ", "copy_of_", "copy-of-", "สำเนาของ"];
    let lower = name.lower;
    let plain = BEGINNINGS.iter().find(|mark| lower.starts_with(**mark)).map(|mark| mark.len());
    let numbered = || {
        let (number, _) = lower.strip_prefix("copy (")?.split_once(") of ")?;
        is_number(number).then_some("copy (".len() + number.len() + ") of ".len())
    };
    Some((0..plain.or_else(numbered)?, Evidence::Possible))
}

/// `flood (1)` of browsers, `flood (copy)` of file managers.
fn of_brackets(name: &Name) -> Option<MarkRange> {
    const WORDS: [&str; 7] =
        ["copy", "another copy", "สำเนา", "สำเนาที่", "สำเนาอื่น", "คัดลอก", "kopie"];
    let range = brackets(name.written).last().filter(|range| range.end == name.written.len())?;
    let inside = &name.lower[range.start + 1..range.end - 1];
    let counted = inside.split_once(' ').filter(|(order, _)| {
        let order = order.trim_start_matches(|c: char| c.is_ascii_digit());
        ["st", "nd", "rd", "th"].contains(&order)
    });
    let word = counted.map_or(inside, |(_, word)| word);
    let word = without_number(word).unwrap_or(word);
    match inside {
        number if is_number(number) => Some((range, Evidence::Numbered)),
        _ if WORDS.contains(&word) => Some((range, Evidence::Certain)),
        _ => None,
    }
}

/// `flood 2` of macOS and iCloud.
fn of_counter(name: &Name) -> Option<MarkRange> {
    let (before, number) = name.written.rsplit_once(' ')?;
    let is_counter = is_number(number) && !number.starts_with('0') && number != "1";
    is_counter.then_some((before.len()..name.written.len(), Evidence::Counted))
}

/// Returns the parts of a name in brackets, the brackets included.
fn brackets(name: &str) -> impl Iterator<Item = Range<usize>> {
    name.match_indices(['(', '[']).filter_map(|(start, _)| {
        let end = start + name[start..].find([')', ']'])?;
        Some(start..end + 1)
    })
}

/// Returns whether a text is the number of a copy. A number of three digits or more means something
/// else, such as a year.
fn is_number(text: &str) -> bool {
    (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a text contains a date: `2026-06-01`, `20260601`.
fn has_date(text: &str) -> bool {
    let shape = |part: &[u8]| {
        part.iter().enumerate().all(|(at, byte)| match (part.len(), at) {
            (10, 4 | 7) => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
    };
    let bytes = text.as_bytes();
    bytes.windows(8).any(shape) || bytes.windows(10).any(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(name: &str) -> Option<(String, String, Evidence)> {
        copy_mark(name).map(|mark| (mark.text, mark.original, mark.evidence))
    }

    #[test]
    fn copies_are_known_by_their_names() {
        use Evidence::{Certain, Counted, Numbered, Possible};
        let copies = [
            ("flood (1)", "(1)", Numbered),
            ("flood(12)", "(12)", Numbered),
            ("flood - Copy", "- Copy", Certain),
            ("flood - Copy (2)", "- Copy (2)", Certain),
            ("flood - สำเนา", "- สำเนา", Certain),
            ("flood - สำเนา (3)", "- สำเนา (3)", Certain),
            ("flood – สำเนา", "– สำเนา", Certain),
            ("flood — Copy (2)", "— Copy (2)", Certain),
            ("flood - คัดลอก", "- คัดลอก", Certain),
            ("flood คัดลอก 2", "คัดลอก 2", Possible),
            ("flood (คัดลอก)", "(คัดลอก)", Certain),
            ("flood (สำเนาที่ 3)", "(สำเนาที่ 3)", Certain),
            ("flood (copy)", "(copy)", Certain),
            ("flood (3rd copy)", "(3rd copy)", Certain),
            ("flood (สำเนา 2)", "(สำเนา 2)", Certain),
            ("สำเนาของflood", "สำเนาของ", Possible),
            ("สำเนาของ flood", "สำเนาของ", Possible),
            ("Copy of flood", "Copy of", Possible),
            ("Copy (2) of flood", "Copy (2) of", Possible),
            ("copy_of_flood", "copy_of_", Possible),
            ("flood copy", "copy", Possible),
            ("flood copy 2", "copy 2", Possible),
            ("flood-Copy", "-Copy", Possible),
            ("flood สำเนา", "สำเนา", Possible),
            ("flood 2", "2", Counted),
            ("flood-DESKTOP-AB12CD3", "-DESKTOP-AB12CD3", Certain),
            ("flood-LAPTOP-1A2B3C4D-2", "-LAPTOP-1A2B3C4D-2", Certain),
            ("flood-DESKTOP-SUPPORT", "-DESKTOP-SUPPORT", Possible),
            ("flood-SOMCHAI-PC", "-SOMCHAI-PC", Possible),
            ("flood-Somchais-MacBook-Pro", "-Somchais-MacBook-Pro", Possible),
            ("flood_BACKUP_1234", "_BACKUP_1234", Certain),
            ("flood_REMOTE_1234", "_REMOTE_1234", Certain),
            ("FLOOD_BASE_2569", "_BASE_2569", Possible),
        ];
        for (name, mark, evidence) in copies {
            let original = if name.starts_with("FLOOD") { "FLOOD" } else { "flood" };
            assert_eq!(first(name), Some((mark.into(), original.into(), evidence)), "{name}");
        }
    }

    #[test]
    fn conflicts_are_known_by_their_names() {
        let copies = [
            (
                "flood (Somjai's conflicted copy 2026-06-01)",
                "(Somjai's conflicted copy 2026-06-01)",
            ),
            ("flood (conflicted copy 2026-06-01 101010)", "(conflicted copy 2026-06-01 101010)"),
            ("flood (Conflict Somjai 2026-06-01)", "(Conflict Somjai 2026-06-01)"),
            ("flood (Case Conflict 1)", "(Case Conflict 1)"),
            ("flood [Conflict]", "[Conflict]"),
            (
                "flood (Copie en conflit de Somjai 2026-06-01)",
                "(Copie en conflit de Somjai 2026-06-01)",
            ),
            ("flood (สำเนาที่ขัดแย้งกันของ สมใจ 2026-06-01)", "(สำเนาที่ขัดแย้งกันของ สมใจ 2026-06-01)"),
            ("flood (Somjai の競合コピー 2026-06-01)", "(Somjai の競合コピー 2026-06-01)"),
            (
                "flood (In Konflikt stehende Kopie von Somjai)",
                "(In Konflikt stehende Kopie von Somjai)",
            ),
            (
                "flood.sync-conflict-20260601-101010-ABCDEFG",
                ".sync-conflict-20260601-101010-ABCDEFG",
            ),
            ("flood_conflict-20260601-101010", "_conflict-20260601-101010"),
            ("flood-conflict-20261101-101010", "-conflict-20261101-101010"),
            ("flood-conflict-2026-11-01", "-conflict-2026-11-01"),
            ("flood.Conflict", ".Conflict"),
            (
                "flood_DiskStation_Nov-01-1010-2026_Conflict",
                "_DiskStation_Nov-01-1010-2026_Conflict",
            ),
        ];
        for (name, mark) in copies {
            let found = (mark.into(), "flood".into(), Evidence::Certain);
            assert_eq!(first(name), Some(found), "{name}");
        }
    }

    #[test]
    fn other_names_are_no_copies() {
        let names = [
            "flood",
            "flood-1",
            "แผน (2570)",
            "(1)",
            "copy",
            "photocopy",
            "สำเนา",
            "สำเนาทะเบียนบ้าน",
            "local-plan",
            "fee_local_tax",
            "data_base_2569",
            "fee_LOCAL_tax",
            "conflict-of-interest",
            "rules-conflict-of-interest-20261101",
            "rules_of_Conflict",
            "rules_2026-11-01_Conflict",
            "การคัดลอก",
            "ผลประโยชน์ (ขัดแย้ง)",
            "rules (conflict of interest)",
            "ประกาศ (ฉบับที่ 2)",
            "ประกาศ 2570",
            "data_base",
            "plan-desk",
            "",
        ];
        for name in names {
            assert_eq!(copy_mark(name), None, "{name}");
        }
    }

    #[test]
    fn a_copy_of_a_copy_leads_to_the_original() {
        let originals: Vec<String> = copy_marks("flood - Copy (conflicted copy 2026-06-01) (1)")
            .map(|m| m.original)
            .collect();
        assert_eq!(originals.last().map(String::as_str), Some("flood"));
    }

    #[test]
    fn backups_are_known_by_their_names() {
        for name in
            ["a.md.orig", "a.md.rej", "a.md.bak", "a.md.save", "#a.md#", "a.docx.bak", "a.md~HEAD"]
        {
            assert!(is_backup(name), "{name}");
        }
        for name in ["a.pdf", "orig", ".bak", "#", "##", "a.original", "a~b.pdf", "v1.25~a.pdf"] {
            assert!(!is_backup(name), "{name}");
        }
    }
}
