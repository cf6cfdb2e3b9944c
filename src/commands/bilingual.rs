//! Texts of new files in both languages.

use crate::report::ReportLanguage;

/// A text in Thai and in English.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bilingual {
    /// In Thai.
    pub thai: &'static str,
    /// In English.
    pub english: &'static str,
}

impl Bilingual {
    /// Returns the text in a language.
    pub(super) fn in_language(self, language: ReportLanguage) -> &'static str {
        match language {
            ReportLanguage::Thai => self.thai,
            ReportLanguage::English => self.english,
        }
    }
}
