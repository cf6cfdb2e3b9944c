//! Recognises the names that synchronisers, file managers and Git give to a second version of a file.

use std::ops::Range;

/// What a copy's name contains, in lower case: of Dropbox, Nextcloud, Syncthing and `git mergetool`.
const CONTAINED: [&str; 10] = [
    "conflicted copy",
    "(conflict",
    ".sync-conflict-",
    "_conflict-",
    "_backup_",
    "_local_",
    "_remote_",
    "_base_",
    "สำเนาที่ขัดแย้ง",
    "สำเนาขัดแย้ง",
];
/// How the name of a copy begins: of Google Drive and LibreOffice.
const BEGINNINGS: [&str; 3] = ["copy of ", "copy_of_", "สำเนาของ"];
/// How the stem of a copy ends, before a number: of Windows and macOS.
const ENDINGS: [&str; 4] = [" - copy", " copy", " - สำเนา", " สำเนา"];

/// Returns the part of a name by which programs mark a copy: ` - Copy (2)`, ` (1)`. `stem` is the
/// name without its extension. Returns `None` if there is no such part.
pub(super) fn copy_mark(stem: &str) -> Option<&str> {
    let lower = stem.to_ascii_lowercase();
    let contained = CONTAINED.iter().find_map(|mark| Some(range_at(lower.find(mark)?, mark)));
    let beginning = || BEGINNINGS.iter().find(|mark| lower.starts_with(**mark));
    let range = contained.or_else(|| Some(range_at(0, beginning()?))).or_else(|| ending(&lower));
    Some(stem[range?].trim())
}

/// Returns where a stem ends like that of a copy: with a word, with a number in brackets, or both.
fn ending(lower: &str) -> Option<Range<usize>> {
    let numbered = lower.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let is_number =
        |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let before = numbered.filter(|(_, number)| is_number(number)).map(|(before, _)| before);
    let words = before.unwrap_or(lower).trim_end();
    let word = ENDINGS.iter().find(|word| words.ends_with(**word) && words.len() > word.len());
    let start = match (word, before) {
        (Some(word), _) => words.len() - word.len(),
        (None, Some(before)) if !before.trim_end().is_empty() => before.len(),
        _ => return None,
    };
    Some(start..lower.len())
}

fn range_at(start: usize, mark: &str) -> Range<usize> {
    start..start + mark.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_known_by_their_names() {
        let copies = [
            ("flood (1)", "(1)"),
            ("flood(12)", "(12)"),
            ("flood - Copy", "- Copy"),
            ("flood - Copy (2)", "- Copy (2)"),
            ("ประกาศ - สำเนา", "- สำเนา"),
            ("ประกาศ - สำเนา (3)", "- สำเนา (3)"),
            ("สำเนาของประกาศ", "สำเนาของ"),
            ("Copy of flood", "Copy of"),
            ("flood copy", "copy"),
            ("flood (Somjai's conflicted copy 2026-06-01)", "conflicted copy"),
            ("flood (Conflict Somjai 2026-06-01)", "(Conflict"),
            ("flood.sync-conflict-20260601-101010-ABCDEFG", ".sync-conflict-"),
            ("flood_BACKUP_1234", "_BACKUP_"),
            ("flood_REMOTE_1234", "_REMOTE_"),
        ];
        for (name, mark) in copies {
            assert_eq!(copy_mark(name), Some(mark), "{name}");
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
            "conflict-of-interest",
            "ประกาศ (ฉบับที่ 2)",
            "data_base",
            "",
        ];
        for name in names {
            assert_eq!(copy_mark(name), None, "{name}");
        }
    }
}
