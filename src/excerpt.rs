//! The lines that findings are about, read again from the portal.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::report::Style;
use crate::source::Portal;

/// The lines of the file whose findings are being told.
#[derive(Debug, Default)]
pub struct SourceLines {
    file: String,
    lines: Vec<String>,
}

impl SourceLines {
    /// A finding with its line, as people read it.
    pub fn tell(&mut self, portal: &Portal, style: &Style, found: &Diagnostic) -> String {
        if !style.redact && self.file != found.place.file {
            *self = Self::read(portal, &found.place.file);
        }
        style.diagnostic(found, self.line(found.place.line))
    }

    fn read(portal: &Portal, file: &str) -> Self {
        let mut ignored = Diagnostics::default();
        let there = portal.locate(file).is_file();
        let text = there.then(|| portal.read_text(file, &mut ignored)).flatten();
        let lines = text.map_or(Vec::new(), |t| t.text.lines().map(str::to_owned).collect());
        Self { file: file.to_owned(), lines }
    }

    fn line(&self, number: u32) -> Option<&str> {
        self.lines.get((number as usize).checked_sub(1)?).map(String::as_str)
    }
}
