//! Names of the files that tables can be downloaded as.

use std::collections::BTreeMap;

use crate::site::TABLES;
use crate::text::{floor_char, folded, nfc};

/// The most bytes of a name without its ending, so that it stays below the limit for names of files.
const MAX_STEM: usize = 150;

/// Gives names to the downloads of one body.
#[derive(Debug, Default)]
pub(in crate::markdown) struct DownloadNames {
    /// The names that are taken, folded, each with the last number that was put behind it.
    taken: BTreeMap<String, u32>,
}

impl DownloadNames {
    /// Returns the path, without an ending, of the downloads of a table. `language` is that of a
    /// translation, which shares the folder of its original.
    ///
    /// Points in the name become hyphens, so that only a translation has one.
    pub(in crate::markdown) fn take(
        &mut self,
        file: &str,
        sheet: Option<&str>,
        language: Option<&str>,
    ) -> String {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let name = match sheet {
            Some(sheet) => format!("{stem}-{sheet}"),
            None => stem.to_owned(),
        };
        let name = safe(&name);
        let free = self.free(&name);
        match language {
            Some(language) => format!("{TABLES}{free}.{language}"),
            None => format!("{TABLES}{free}"),
        }
    }
}

impl DownloadNames {
    /// Takes a name, or the first one with a number behind it that is free.
    fn free(&mut self, name: &str) -> String {
        let key = folded(name);
        let Some(mut number) = self.taken.get(&key).copied() else {
            self.taken.insert(key, 1);
            return name.to_owned();
        };
        loop {
            number += 1;
            let free = format!("{name}-{number}");
            let is_free = !self.taken.contains_key(&folded(&free));
            if is_free {
                self.taken.insert(folded(&free), 1);
                self.taken.insert(key, number);
                return free;
            }
        }
    }
}

/// Returns a name in which letters, digits and hyphens remain, in normalization form C.
fn safe(name: &str) -> String {
    let name = nfc(name);
    let keeps = |c: char| c.is_alphanumeric() || crate::text::is_mark(c) || matches!(c, '-' | '_');
    let safe: String = name.chars().map(|c| if keeps(c) { c } else { '-' }).collect();
    safe[..floor_char(&safe, MAX_STEM.min(safe.len()))].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_names_have_the_next_free_number() {
        let mut names = DownloadNames::default();
        let taken: Vec<String> = ["a.csv", "a-2.csv", "A.csv", "a.csv", "a-2.csv"]
            .map(|file| names.take(file, None, None))
            .into();
        let wanted = ["a", "a-2", "A-3", "a-4", "a-2-2"].map(|name| format!("tables/{name}"));
        assert_eq!(taken, wanted);
        let last = (0..20_000).map(|_| names.take("b.csv", None, None)).last();
        assert_eq!(last.as_deref(), Some("tables/b-20000"));
    }

    #[test]
    fn names_come_from_file_sheet_and_language() {
        let mut names = DownloadNames::default();
        assert_eq!(names.take("srb1-2569.10.xlsx", None, None), "tables/srb1-2569-10");
        assert_eq!(names.take("a.xlsx", Some("ตุลาคม 2569/1"), None), "tables/a-ตุลาคม-2569-1");
        assert_eq!(names.take("SRB1-2569-10.csv", None, None), "tables/SRB1-2569-10-2");
        assert_eq!(names.take("x.csv", None, Some("en")), "tables/x.en");
        assert_eq!(names.take("ก".repeat(70).as_str(), None, None).len(), "tables/".len() + 150);
    }
}
