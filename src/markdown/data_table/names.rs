//! Names of the files that tables can be downloaded as.

use crate::site::TABLES;
use crate::text::{floor_char, folded, nfc};

/// The most bytes of a name without its ending, so that it stays below the limit for names of files.
const MAX_STEM: usize = 150;

/// Gives names to the downloads of one body.
#[derive(Debug, Default)]
pub(in crate::markdown) struct DownloadNames {
    /// The names that are taken, folded.
    taken: Vec<String>,
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
        let mut free = name.clone();
        let mut number = 1;
        while self.taken.contains(&folded(&free)) {
            number += 1;
            free = format!("{name}-{number}");
        }
        self.taken.push(folded(&free));
        match language {
            Some(language) => format!("{TABLES}{free}.{language}"),
            None => format!("{TABLES}{free}"),
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
    fn names_come_from_file_sheet_and_language() {
        let mut names = DownloadNames::default();
        assert_eq!(names.take("srb1-2569.10.xlsx", None, None), "tables/srb1-2569-10");
        assert_eq!(names.take("a.xlsx", Some("ตุลาคม 2569/1"), None), "tables/a-ตุลาคม-2569-1");
        assert_eq!(names.take("SRB1-2569-10.csv", None, None), "tables/SRB1-2569-10-2");
        assert_eq!(names.take("x.csv", None, Some("en")), "tables/x.en");
        assert_eq!(names.take("ก".repeat(70).as_str(), None, None).len(), "tables/".len() + 150);
    }
}
